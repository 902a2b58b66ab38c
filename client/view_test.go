package client

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/client/keys"
	serversession "gm/server/session"
	"gm/vt"
)

// TestMouseInAView translates reports of the mouse in a window of 20 by 5 that shows a
// screen of 40 by 10 from column 16 and row 4 on, or one of 15 by 3.
func TestMouseInAView(t *testing.T) {
	large, small := vt.NewScreen(40, 10), vt.NewScreen(15, 3)
	large.Cursor.X, large.Cursor.Y = 30, 7
	for _, c := range []struct {
		name     string
		screen   *vt.Screen
		encoding vt.MouseEncoding
		in, want string
	}{
		{"SGR", large, 1006, "\x1b[<0;1;1M", "\x1b[<0;17;5M"},
		{"SGR release", large, 1006, "\x1b[<0;20;5m", "\x1b[<0;36;9m"},
		{"X10", large, 0, "\x1b[M !!", "\x1b[M 1%"},
		{"UTF-8", large, 1005, "\x1b[M !!", "\x1b[M 1%"},
		{"urxvt", large, 1015, "\x1b[32;1;1M", "\x1b[32;17;5M"},
		{"pixels", large, 1016, "\x1b[<0;1;1M", "\x1b[<0;129;65M"},
		{"two", large, 1006, "\x1b[<0;1;1M\x1b[<0;2;2m", "\x1b[<0;17;5M\x1b[<0;18;6m"},
		{"in parts", large, 1006, "\x1b[<0;1|;1M", "\x1b[<0;17;5M"},
		{"with keys", large, 1006, "a\x1b[<0;1;1Mb\x1b[A", "a\x1b[<0;17;5Mb\x1b[A"},
		{"the last cell", small, 1006, "\x1b[<0;15;3M\x1b[<0;15;3m", "\x1b[<0;15;3M\x1b[<0;15;3m"},
		{"right of the screen", small, 1006, "\x1b[<0;16;1M\x1b[<0;16;1m", ""},
		{"below the screen", small, 0, "\x1b[M !$", ""},
		{"the wheel beyond the screen", small, 1006, "\x1b[<64;1;4M", ""},
		{"the wheel in it", small, 1006, "\x1b[<64;1;3M", "\x1b[<64;1;3M"},
		{"motion beyond the screen", small, 1006, "\x1b[<35;18;4M", ""},
		{"dragged beyond the screen", small, 1006, "\x1b[<0;2;2M\x1b[<32;18;4M\x1b[<0;19;5m\x1b[<35;19;5M", "\x1b[<0;2;2M\x1b[<32;15;3M\x1b[<0;15;3m"},
		{"dragged into the screen", small, 1006, "\x1b[<0;16;2M\x1b[<32;15;2M\x1b[<0;16;2m", "\x1b[<32;15;2M"},
		{"the wheel while dragged beyond", small, 1006, "\x1b[<0;2;2M\x1b[<64;18;4M", "\x1b[<0;2;2M"},
		{"another button beyond the screen", small, 1006, "\x1b[<0;2;2M\x1b[<2;18;4M", "\x1b[<0;2;2M"},
		{"the wheel is not held down", small, 1006, "\x1b[<64;1;3M\x1b[<35;18;4M", "\x1b[<64;1;3M"},
		{"UTF-8 beyond the screen", small, 1005, "\x1b[M \u00a1!a", "a"},
		{"pixels beyond the screen", small, 1016, "\x1b[<0;120;48M\x1b[<0;120;48m\x1b[<0;121;1M", "\x1b[<0;120;48M\x1b[<0;120;48m"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, "", plainSettings())
			w.client.resize(w.Now, 20, 5)
			w.client.terminal.tty = windowSize{20, 5, 160, 80}
			s := c.screen.Clone()
			s.Modes.Mouse, s.Modes.MouseEncoding = 1002, c.encoding
			w.client.input.setModes(w.client.view.show(s, 20, 5, false).Modes)
			before := w.client.transport.Local()
			for part := range strings.SplitSeq(c.in, "|") {
				w.client.handleKeys(w.Now, []byte(part))
			}
			got := ""
			for _, e := range w.client.transport.Local().Since(before) {
				got += string(e.Keys)
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestMouseThatCannotBeTranslated(t *testing.T) {
	s := vt.NewScreen(1000, 10)
	s.Cursor.X = 990
	for _, c := range []struct {
		name     string
		encoding vt.MouseEncoding
		in       string
	}{
		{"cells of unknown size", mousePixels, "\x1b[<0;5;5M"},
		{"a column beyond 223", 0, "\x1b[M !!"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v view
			s := s.Clone()
			s.Modes.Mouse, s.Modes.MouseEncoding = 1000, c.encoding
			v.show(s, 20, 5, false)
			token, _, _ := (&keys.Splitter{}).Next([]byte(c.in))
			if got := v.translate(&token, vt.Pixels{}); len(got) > 0 {
				t.Errorf("%q", got)
			}
		})
	}
}

// Without a mode of the mouse, what looks like its reports is text.
func TestNoMouseInAView(t *testing.T) {
	var v view
	v.show(vt.NewScreen(15, 3), 20, 5, false)
	token, _, _ := (&keys.Splitter{}).Next([]byte("\x1b[<0;18;4M"))
	if got := string(v.translate(&token, vt.Pixels{})); got != "\x1b[<0;18;4M" {
		t.Errorf("%q", got)
	}
}

// A view at the top left needs no translation of pixels.
func TestPixelsOfUnknownCells(t *testing.T) {
	var v view
	s := vt.NewScreen(15, 3)
	s.Modes.Mouse, s.Modes.MouseEncoding = 1000, mousePixels
	v.show(s, 20, 5, false)
	token, _, _ := (&keys.Splitter{}).Next([]byte("\x1b[<0;77;5M"))
	if got := string(v.translate(&token, vt.Pixels{})); got != "\x1b[<0;77;5M" {
		t.Errorf("%q", got)
	}
}

func TestCellSize(t *testing.T) {
	caps := func(text, cell vt.Pixels) vt.Capabilities { return vt.Capabilities{Text: text, Cell: cell} }
	for _, c := range []struct {
		name string
		t    terminal
		want vt.Pixels
	}{
		{"unknown", terminal{}, vt.Pixels{}},
		{"reported", terminal{caps: caps(vt.Pixels{}, vt.Pixels{Width: 9, Height: 18}), tty: windowSize{80, 24, 800, 480}}, vt.Pixels{Width: 9, Height: 18}},
		{"of the tty", terminal{tty: windowSize{80, 24, 800, 480}}, vt.Pixels{Width: 10, Height: 20}},
		{"of the text area", terminal{caps: caps(vt.Pixels{Width: 400, Height: 240}, vt.Pixels{}), measured: windowSize{40, 12, 400, 240}}, vt.Pixels{Width: 10, Height: 20}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.t.cell(80, 24); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// TestWindowsOfOtherSizes has a client share a session of 60 by 8 whose size the other
// decides.
func TestWindowsOfOtherSizes(t *testing.T) {
	right, bottom := strings.Repeat(" ", 53)+"│", strings.Repeat("─", 60)
	for _, c := range []struct {
		name       string
		cols, rows int
		want       []string // the first rows of the window
		cursor     [2]int
	}{
		{"larger", 64, 10, []string{"welcome" + right, "sh>x" + strings.Repeat(" ", 56) + "│", strings.Repeat(" ", 60) + "│"}, [2]int{4, 1}},
		{"higher", 60, 10, []string{"welcome", "sh>x", "", "", "", "", "", "", bottom, ""}, [2]int{4, 1}},
		{"wider and lower", 62, 1, []string{"sh>x" + strings.Repeat(" ", 56) + "│"}, [2]int{4, 0}},
		{"narrower", 4, 8, []string{"lcom", ">x"}, [2]int{2, 1}},
		{"one column", 1, 8, []string{"o", "", ""}, [2]int{0, 1}},
		{"one cell", 1, 1, []string{""}, [2]int{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			leader := newDesk(t, visit{network: "rtt=10ms"})
			d := leader.join(visit{network: "rtt=100ms", cols: c.cols, rows: c.rows, role: serversession.Share})
			d.run(2 * time.Second)
			leader.types("x")
			d.run(time.Second)
			s := d.user.Snapshot()
			for y, want := range c.want {
				if got := s.RowText(y); got != want {
					t.Errorf("row %d is %q, want %q", y, got, want)
				}
			}
			if s.Cursor.X != c.cursor[0] || s.Cursor.Y != c.cursor[1] {
				t.Errorf("the cursor is at %d,%d, want %v", s.Cursor.X, s.Cursor.Y, c.cursor)
			}
			d.types("y")
			d.run(2 * time.Second)
			if cols, rows := d.server.Report(d.now).Cols, d.server.Report(d.now).Rows; cols != c.cols || rows != c.rows || strings.ContainsAny(d.shows(), "│─┘") {
				t.Errorf("after a key the session is %dx%d, and the window\n%s", cols, rows, d.shows())
			}
		})
	}
}

// TestBorderStaysWhileTheWindowIsResized resizes the window of a client that does not
// decide the size of the session.
func TestBorderStaysWhileTheWindowIsResized(t *testing.T) {
	d := newDesk(t, visit{network: "rtt=10ms"}).join(visit{network: "rtt=400ms", cols: 70, rows: 12, role: serversession.Share})
	d.waitShown("│")
	for _, cols := range []int{71, 75, 64, 100} {
		d.resize(cols, 12)
		for range 20 {
			if s := d.user.Snapshot(); !strings.HasSuffix(s.RowText(2), "│") {
				t.Fatalf("%d columns, no border:\n%s", cols, s.Text())
			}
			d.run(20 * time.Millisecond)
		}
	}
}

// TestNoBorderWhileOurSizeIsOnItsWay resizes the window of the only client in steps. A
// border is never painted.
func TestNoBorderWhileOurSizeIsOnItsWay(t *testing.T) {
	for _, network := range []string{"rtt=10ms", "rtt=600ms,jitter=50ms", "rtt=200ms,loss=30%,dup=5%,reorder=10%"} {
		t.Run(network, func(t *testing.T) {
			d := newDesk(t, visit{network: network})
			for i, size := range [][2]int{{60, 12}, {80, 12}, {80, 24}, {70, 20}, {40, 6}, {41, 7}, {100, 30}, {1, 1}, {60, 8}} {
				d.resize(size[0], size[1])
				for until := d.now.Add(time.Duration(1+i%3) * 70 * time.Millisecond); d.now.Before(until); d.run(time.Millisecond) {
					if strings.ContainsAny(d.shows(), "│─┘") {
						t.Fatalf("%v: a border:\n%s", size, d.shows())
					}
				}
			}
			d.waitShown(fmt.Sprintf("[%dx%d]", 60, 8))
			if strings.ContainsAny(d.shows(), "│─┘") {
				t.Errorf("a border:\n%s", d.shows())
			}
		})
	}
}
