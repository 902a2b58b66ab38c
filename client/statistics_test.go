package client

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/state"
)

// statisticsWorld returns a session in a window that has room for the panel.
func statisticsWorld(t *testing.T, network string) *world {
	t.Helper()
	w := newWorld(t, network, plainSettings())
	w.user.Resize(60, 14)
	w.client.resize(w.Now, 60, 14)
	w.display.Repaint()
	w.Run(2 * time.Second)
	w.prints("\x1b[2;1H漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\r\nsecond")
	w.Run(2 * time.Second)
	return w
}

func TestStatistics(t *testing.T) {
	w := statisticsWorld(t, "delay=50ms")
	before, received := w.user.Snapshot().Text(), w.received
	w.types("\x1e?")
	got := w.user.Snapshot().Text()
	for _, want := range []string{
		"server      192.0.2.1, UDP port 60001", "this side   198.51.100.7, UDP port 4567",
		"round trip  100 ms, varies by ", "lost        0% of the last datagrams", "last heard  1 s ago", "connected   4 s",
		"extensions  none: the protocol is plain mosh's", "Any key closes this.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, strings.ReplaceAll(got, "|", "\n"))
		}
	}
	if !w.user.Snapshot().Cursor.Hidden {
		t.Error("the cursor is visible in the panel")
	}
	w.Run(1500 * time.Millisecond)
	if now := w.user.Snapshot().Text(); !strings.Contains(now, "connected   5 s") {
		t.Errorf("not updated:\n%s", strings.ReplaceAll(now, "|", "\n"))
	}
	w.types("q")
	if after := w.user.Snapshot().Text(); after != before || w.user.Snapshot().Cursor.Hidden {
		t.Errorf("after the panel:\n%s\nwant\n%s", after, before)
	}
	w.Run(time.Second)
	if w.received != received {
		t.Errorf("the program received %q", w.received)
	}
	w.types("q")
	w.Run(time.Second)
	if w.received != received+"q" {
		t.Errorf("after the panel was closed, the program received %q", w.received)
	}
}

func TestStatisticsNameTheSession(t *testing.T) {
	for _, c := range []struct {
		name string
		s    settings
		want string
	}{
		{"named", settings{sessionName: "work", host: "host"}, "session     work on host"},
		{"read-only", settings{sessionName: "work", host: "host", readOnly: true}, "session     work on host, read-only"},
		{"numbered", settings{sessionName: "2"}, "session     2"},
		{"unnamed", settings{}, "server      192.0.2.1, UDP port 60001"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := statisticsWorld(t, "delay=50ms")
			w.client.description = c.s.description()
			w.types("\x1e?")
			got, _, _ := strings.Cut(w.user.Snapshot().RowText(1), "漢")
			if got = strings.TrimSpace(got); got != c.want {
				t.Errorf("the first line is %q, want %q", got, c.want)
			}
		})
	}
}

// The session continues under the panel.
func TestStatisticsUpdateOncePerSecond(t *testing.T) {
	w := statisticsWorld(t, "delay=50ms")
	w.types("\x1e?")
	written := map[time.Time]bool{}
	for end := w.Now.Add(10 * time.Second); w.Now.Before(end); {
		w.prints("\x1b[H" + w.Now.String())
		w.Run(50 * time.Millisecond)
		written[w.client.panel.due] = true
	}
	if len(written) > 11 {
		t.Errorf("%d updates in 10 s, want at most 11", len(written))
	}
	if got := w.user.Snapshot().RowText(0); !strings.HasPrefix(got, "2024-01-02 03:04:") {
		t.Errorf("the session under the panel shows %q", got)
	}
	w.types("\x1b[A")
	if w.client.panel.open || !w.client.deadline(w.Now).After(w.Now) {
		t.Errorf("open %v, next deadline in %v", w.client.panel.open, w.client.deadline(w.Now).Sub(w.Now))
	}
}

// The escape key closes the panel and begins a command. Another key closes the panel
// and is consumed; later keys of the same read are not.
func TestStatisticsKeys(t *testing.T) {
	w := statisticsWorld(t, "delay=50ms")
	w.types("\x1e?")
	w.types("\x1e")
	if got := w.user.Snapshot().RowText(0); !strings.HasPrefix(got, "gm: Commands:") || w.client.panel.open {
		t.Errorf("after the escape key: %q, panel open %v", got, w.client.panel.open)
	}
	w.types("?")
	w.types("a lot of text")
	w.Run(time.Second)
	if w.received != " lot of text" {
		t.Errorf("the program received %q", w.received)
	}
	w.types("\x1e?")
	w.types("\x1e.")
	if !w.client.quitting {
		t.Error("the command to quit has no effect")
	}
}

func TestStatisticsWithoutConnection(t *testing.T) {
	w := newWorld(t, "loss=100%", plainSettings())
	w.client.granted = state.ExtScreen | state.ExtExit
	w.client.panel.show(w.Now, contentStatistics)
	w.client.statistics(w.Now, localAddress(netip.AddrPortFrom(netip.Addr{}, 5)))
	got := strings.Join(w.client.panel.lines, "\n")
	for _, want := range []string{"no way to the server, UDP port 5", "not measured yet", "last heard  never", "extensions  screen exit"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// A window that is too small shows a part of the panel.
func TestStatisticsInASmallWindow(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {5, 2}, {30, 3}, {80, 10}, {80, 11}} {
		s := vt.NewScreen(size[0], size[1])
		p := panel{open: true, lines: strings.Split("a long line of 漢字漢字漢字\n2\n3\n4\n5\n6\n7\n8\n9\nlast", "\n")}
		p.paint(s, colored)
		cols, rows := s.Size()
		if r := s.Rendition(s.Cell(0, rows-1)); r.Bg != colored.Bg {
			t.Errorf("%dx%d: no panel in the last row", cols, rows)
		}
		if r := s.Rendition(s.Cell(0, 0)); (r.Bg == colored.Bg) != (rows < 11) {
			t.Errorf("%dx%d: first row %+v", cols, rows, r)
		}
	}
}
