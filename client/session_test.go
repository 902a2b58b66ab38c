package client

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gm/client/predict"
	"gm/internal/deadline"
	"gm/vt"
	"gm/wire/datagram"
)

func TestSessionEchoes(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.Run(time.Second)
	w.types("hello")
	w.sees(0, "")
	w.Run(300 * time.Millisecond)
	w.sees(0, "hello")
	if w.received != "hello" {
		t.Errorf("the program got %q", w.received)
	}
	if cols, rows := w.program.Snapshot().Size(); cols != worldCols || rows != worldRows {
		t.Errorf("the program's terminal is %dx%d", cols, rows)
	}
	if got := w.client.ended(w.Now); got != endNone {
		t.Errorf("the session has ended: %d", got)
	}
}

func TestSessionResizes(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.Run(time.Second)
	w.user.Resize(60, 10)
	w.client.resize(w.Now, 60, 10)
	w.display.Repaint()
	w.Run(time.Second)
	if cols, rows := w.program.Snapshot().Size(); cols != 60 || rows != 10 {
		t.Errorf("the program's terminal is %dx%d", cols, rows)
	}
	w.client.resize(w.Now, 0, 0)
	w.Run(time.Second)
	if cols, rows := w.program.Snapshot().Size(); cols != 60 || rows != 10 {
		t.Errorf("a window of no size is obeyed: %dx%d", cols, rows)
	}
}

// TestSessionOverLossyNetwork: the screens at both ends are the same after loss,
// duplication and reordering.
func TestSessionOverLossyNetwork(t *testing.T) {
	w := newWorld(t, "delay=100ms,jitter=40ms,loss=30%,dup=5%,reorder=10%", plainSettings())
	w.Run(3 * time.Second)
	want := ""
	for i := range 100 {
		line := strings.Repeat(string(rune('a'+i%26)), i%30) + "\r\n"
		want += line
		w.types(line)
		w.Run(50 * time.Millisecond)
	}
	w.Run(20 * time.Second)
	if w.received != want {
		t.Errorf("the program got %q, want %q", w.received, want)
	}
	host, user := w.program.Snapshot(), w.user.Snapshot()
	for y := range worldRows {
		if host.RowText(y) != user.RowText(y) {
			t.Errorf("row %d: %q at the host, %q at the user's", y, host.RowText(y), user.RowText(y))
		}
	}
}

func TestSessionPredicts(t *testing.T) {
	s := plainSettings()
	s.predict = predict.Adaptive
	w := newWorld(t, "delay=250ms", s)
	w.Run(2 * time.Second)
	w.types("a")
	w.sees(0, "")
	w.Run(1200 * time.Millisecond)
	w.sees(0, "a")
	w.types("b")
	w.sees(0, "ab")
	w.types("c")
	w.sees(0, "abc")
	if u := w.user.Snapshot(); u.Rendition(u.Cell(1, 0)).Underline != vt.UnderlineSingle {
		t.Error("a prediction on a slow link is not underlined")
	}
	w.Run(2 * time.Second)
	w.sees(0, "abc")
	if u := w.user.Snapshot(); u.Rendition(u.Cell(1, 0)) != (vt.Rendition{}) {
		t.Error("what came true is still underlined")
	}
}

// TestSessionDoesNotShowAPassword types a password at a prompt after a line that was
// echoed: it is not predicted.
func TestSessionDoesNotShowAPassword(t *testing.T) {
	s := plainSettings()
	s.predict = predict.Always
	w := newWorld(t, "delay=100ms", s)
	silent := false
	w.echo = func(w *world, keys string) {
		switch {
		case strings.Contains(keys, "\r"):
			silent = true
			w.prints("\r\nPassword: ")
		case !silent:
			w.prints(keys)
		}
	}
	w.Run(time.Second)
	for _, k := range "su\rsecret" {
		w.types(string(k))
		w.Run(70 * time.Millisecond)
		if strings.ContainsAny(w.user.Snapshot().RowText(1), "ct") {
			t.Fatalf("the user sees %q", w.user.Snapshot().RowText(1))
		}
	}
	w.Run(time.Second)
	w.sees(1, "Password:")
}

func TestSessionShowsSilence(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.prints("top\r\nnext")
	w.Run(time.Second)
	w.sees(0, "top")
	w.Up.SetDown(true)
	w.Down.SetDown(true)
	w.Run(9 * time.Second)
	if got := w.user.Snapshot().RowText(0); !strings.HasPrefix(got, "gm: Last contact ") {
		t.Errorf("the bar is %q", got)
	}
	w.sees(1, "next")
	w.Up.SetDown(false)
	w.Down.SetDown(false)
	heard := w.client.transport.Heard()
	for w.client.transport.Heard() == heard {
		w.Run(time.Millisecond)
	}
	w.sees(0, "top") // with the first datagram
	for range 1200 {
		w.Run(10 * time.Millisecond)
		w.sees(0, "top")
	}
}

func TestSessionShowsLostUplink(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.Run(time.Second)
	w.Up.SetDown(true)
	w.Run(15 * time.Second)
	if got := w.user.Snapshot().RowText(0); !strings.HasPrefix(got, "gm: Last reply ") {
		t.Errorf("the bar is %q", got)
	}
}

// TestSessionShowsLossOfLongDatagrams: the bar does not claim that the server hears
// nothing if only long datagrams are lost, in either direction.
func TestSessionShowsLossOfLongDatagrams(t *testing.T) {
	noise := make([]byte, 5000)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < len(noise); i++ {
		noise[i] = byte('0' + r.IntN(75))
	}
	for name, lose := range map[string]func(w *world){
		"up":   func(w *world) { w.types(string(noise)) },
		"down": func(w *world) { w.prints("\x1b]52;c;" + base64.StdEncoding.EncodeToString(noise) + "\a") },
	} {
		w := newWorld(t, "delay=50ms", plainSettings())
		w.echo = func(*world, string) {}
		w.Run(time.Second)
		w.MTU = datagram.MTUSmall - 1 // even the smallest parts, but not the last one
		if lose(w); name == "down" {
			w.types("x")
		}
		w.Run(15 * time.Second)
		got := w.user.Snapshot().RowText(0)
		if !strings.HasPrefix(got, "gm: Last reply ") || strings.Contains(got, "hear") {
			t.Errorf("%s: the bar is %q", name, got)
		}
	}
}

func TestSessionShowsThatItConnects(t *testing.T) {
	w := newWorld(t, "delay=50ms,loss=100%", plainSettings())
	w.Run(200 * time.Millisecond)
	w.sees(0, "")
	w.Run(100 * time.Millisecond)
	if got := w.user.Snapshot().RowText(0); got != "gm: Nothing received from server on UDP" {
		t.Errorf("the bar is %q", got)
	}
	w.Run(14 * time.Second)
	if got := w.client.ended(w.Now); got != endNone {
		t.Errorf("given up at 14 s: %d", got)
	}
	w.Run(time.Second)
	if got := w.client.ended(w.Now); got != endNeverConnected {
		t.Errorf("not given up at 15 s: %d", got)
	}
}

func TestSessionQuits(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.Run(time.Second)
	w.types("\x1e.x")
	w.Run(300 * time.Millisecond)
	if !w.server.Closing() {
		t.Error("the server does not know")
	}
	if got := w.client.ended(w.Now); got != endClean {
		t.Errorf("ended %d, want a clean end", got)
	}
	if w.received != "" {
		t.Errorf("the program got %q", w.received)
	}
}

func TestSessionQuitsWithoutAServer(t *testing.T) {
	w := newWorld(t, "loss=100%", plainSettings())
	w.Run(time.Second)
	w.types("\x1e.")
	w.Run(unansweredQuitTimeout - time.Millisecond)
	if got := w.client.ended(w.Now); got != endNone {
		t.Errorf("ended %d while a server may be there", got)
	}
	w.Run(time.Millisecond)
	if got := w.client.ended(w.Now); got != endNeverConnected {
		t.Errorf("ended %d, want nobody", got)
	}
}

// TestSessionQuitsBeforeTheFirstAnswer: a client that ends before the first answer still
// announces that to the server, which would otherwise stay.
func TestSessionQuitsBeforeTheFirstAnswer(t *testing.T) {
	for _, network := range []string{"delay=1ms", "delay=400ms", "delay=50ms,loss=30%"} {
		w := newWorld(t, network, plainSettings())
		w.types("\x1e.")
		w.Run(unansweredQuitTimeout)
		if got := w.client.ended(w.Now); !w.server.Closing() || got != endClean {
			t.Errorf("%s: the server knows: %v; ended %d", network, w.server.Closing(), got)
		}
	}
}

// TestSessionLingers: after the server has ended the session, the client ends at once;
// on a link with loss only when the server has its answer.
func TestSessionLingers(t *testing.T) {
	for _, c := range []struct {
		network string
		lossy   bool
	}{{"delay=50ms", false}, {"delay=50ms,loss=25%", true}} {
		w := newWorld(t, c.network, plainSettings())
		for range 50 {
			w.types("x")
			w.Run(200 * time.Millisecond)
		}
		w.server.Shutdown(w.Now)
		for !w.client.transport.Closed() {
			w.Run(time.Millisecond)
		}
		if got := w.client.ended(w.Now); (got == endNone) != c.lossy {
			t.Errorf("%s: ended %d", c.network, got)
		}
		for limit := w.Now.Add(10 * time.Second); w.client.ended(w.Now) == endNone; w.Run(time.Millisecond) {
			if w.Now.After(limit) {
				t.Fatalf("%s: it stays for ever", c.network)
			}
		}
		got := w.client.ended(w.Now)
		if w.Run(time.Second); got != endClean || !w.server.Closed() {
			t.Errorf("%s: ended %d, the server knows: %v", c.network, got, w.server.Closed())
		}
	}
}

func TestSessionQuitsAfterTheServerIsGone(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.Run(time.Second)
	w.Up.SetDown(true)
	w.Down.SetDown(true)
	w.types("\x1e.")
	w.sees(0, "gm: Exiting on user request...")
	w.Run(11 * time.Second)
	if got := w.client.ended(w.Now); got != endUnclean {
		t.Errorf("ended %d, want an unclean end", got)
	}
}

func TestSessionEndsWithTheProgram(t *testing.T) {
	w := newWorld(t, "delay=50ms,loss=20%", plainSettings())
	w.Run(time.Second)
	w.server.Shutdown(w.Now)
	w.Run(5 * time.Second)
	if got := w.client.ended(w.Now); got != endClean {
		t.Errorf("ended %d, want a clean end", got)
	}
}

func TestSessionHelp(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.Run(time.Second)
	w.types("\x1e")
	w.sees(0, `gm: Commands: Ctrl-Z suspends, "." quits`)
	if got := w.types("\x1a"); !got.suspend {
		t.Errorf("the wish is %+v", got)
	}
	w.sees(0, "")
	if got := w.types("\x0c"); !got.repaint {
		t.Errorf("the wish is %+v", got)
	}
	s := plainSettings()
	s.escape = parseEscapeKey("~")
	w = newWorld(t, "delay=50ms", s)
	w.Run(time.Second)
	w.types("\r~")
	w.sees(0, `gm: Commands: Ctrl-Z suspends, "." quits`)
}

func TestSessionTitle(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.Run(time.Second)
	if u := w.user.Snapshot(); u.Title != "" {
		t.Errorf("a title from nowhere: %q", u.Title)
	}
	w.prints("\x1b]0;vim\a")
	w.Run(time.Second)
	if u := w.user.Snapshot(); u.Title != "[gm] vim" || u.Icon != "[gm] vim" {
		t.Errorf("title %q, icon %q", u.Title, u.Icon)
	}
	w.client.titlePrefix = ""
	if f := w.client.frame(w.Now); f.Title != "vim" {
		t.Errorf("without a prefix the title is %q", f.Title)
	}
}

// TestNothingWakesAnIdleSession: an idle client wakes for a keepalive every 3 s and for
// nothing else; while the server is silent, also to count the seconds.
func TestNothingWakesAnIdleSession(t *testing.T) {
	for _, test := range []struct {
		name   string
		silent bool
		atMost int
	}{{"in touch", false, 20}, {"in silence", true, 20 + 60}} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, "delay=50ms", plainSettings())
			w.Run(30 * time.Second)
			w.Down.SetDown(test.silent)
			w.Run(10 * time.Second)
			w.written = 0
			wakes := 0
			for end := w.Now.Add(time.Minute); w.Now.Before(end); {
				due, before := w.client.deadline(w.Now), w.Up.Stats().Sent.Packets
				written := w.written
				w.Run(max(deadline.EarliestAfter(w.Now, due, end).Sub(w.Now), time.Millisecond))
				w.Settle()
				if due.After(w.Now) || w.Now.Equal(end) {
					continue
				}
				if wakes++; w.Up.Stats().Sent.Packets == before && w.written == written {
					t.Errorf("woken for nothing at %v", w.Now.Sub(ms(0)))
				}
			}
			if wakes > test.atMost {
				t.Errorf("%d wake-ups in an idle minute, want at most %d", wakes, test.atMost)
			}
			if !test.silent && w.written > 0 {
				t.Errorf("%d bytes written to the terminal", w.written)
			}
		})
	}
}
