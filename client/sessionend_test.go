package client

import (
	"testing"
	"time"

	"gm/wire/state"
)

// TestQuitEmptiesTheQueue quits while so much waits that the keyboard is not read: it is
// read again, and the queue holds no memory.
func TestQuitEmptiesTheQueue(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.Run(time.Second)
	w.client.queue.bytes = make([]byte, maxQueue)
	if w.client.mayRead(w.Now) {
		t.Fatal("the keyboard is read though the queue is full")
	}
	w.client.quit(w.Now, "")
	if w.client.queue.bytes != nil || !w.client.mayRead(w.Now) {
		t.Errorf("%d bytes wait after quit", len(w.client.queue.bytes))
	}
}

// TestQuitTimeStands: a second request to quit does not extend the wait for a server that
// has never answered.
func TestQuitTimeStands(t *testing.T) {
	w := newWorld(t, "loss=100%", plainSettings())
	w.client.quit(w.Now, "")
	w.Run(unansweredQuitTimeout - time.Millisecond)
	w.client.quit(w.Now, "")
	w.Run(time.Millisecond)
	if got := w.client.ended(w.Now); got != endNeverConnected {
		t.Errorf("ended %d at the end of the wait", got)
	}
}

// TestRefusalAfterContact: an ICMP error that arrives after the server's first datagram
// does not end the session.
func TestRefusalAfterContact(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.client.refusal = "connection refused"
	if got := w.client.ended(w.Now); got != endNeverConnected {
		t.Errorf("ended %d before the first contact", got)
	}
	w.Run(time.Second)
	if got := w.client.ended(w.Now); got != endNone {
		t.Errorf("ended %d after it", got)
	}
}

// TestLastScreen: the screen of a program that ended by itself is left behind, unless it
// is in the alternate screen, the user has quit, or the server has stopped the program.
func TestLastScreen(t *testing.T) {
	for name, c := range map[string]struct {
		change func(w *world, s *state.Screen)
		want   bool
	}{
		"ended":            {func(*world, *state.Screen) {}, true},
		"alternate screen": {func(_ *world, s *state.Screen) { s.EchoState.Alternate = true }, false},
		"stopped":          {func(_ *world, s *state.Screen) { s.ExitStatus = state.ExitStatus{Known: true, Stopped: "idle"} }, false},
		"sent away":        {func(_ *world, s *state.Screen) { s.Detachment = state.Detachment{Reason: state.DetachedTakenOver} }, false},
		"quit":             {func(w *world, _ *state.Screen) { w.client.quit(w.Now, "") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := plainSettings()
			s.extensions = state.AllExtensions
			w := newWorld(t, "delay=50ms", s)
			w.prints("text")
			w.Run(time.Second)
			local := w.server.Local()
			c.change(w, &local)
			w.server.SetLocal(w.Now, local)
			w.Run(200 * time.Millisecond)
			last := w.client.lastScreen()
			if (last != nil) != c.want || last != nil && last.RowText(0) != "text" {
				t.Errorf("the last screen is %v", last)
			}
		})
	}
}

// TestEndIsConfirmed: a client of a server that keeps ended sessions ends only when the
// server has the confirmation, on a path without loss, too.
func TestEndIsConfirmed(t *testing.T) {
	for name, extensions := range map[string]state.Extension{"sessions": state.AllExtensions, "stock": 0} {
		t.Run(name, func(t *testing.T) {
			s := plainSettings()
			s.extensions = extensions
			w := newWorld(t, "delay=50ms", s)
			w.Run(time.Second)
			w.server.Shutdown(w.Now)
			for !w.client.transport.Closed() {
				w.Run(time.Millisecond)
			}
			if waits := w.client.ended(w.Now) == endNone; waits != (name == "sessions") {
				t.Errorf("waits %v after its confirmation", waits)
			}
			w.Run(150 * time.Millisecond)
			if how := w.client.ended(w.Now); how != endClean {
				t.Errorf("ended %d after another round trip", how)
			}
		})
	}
}
