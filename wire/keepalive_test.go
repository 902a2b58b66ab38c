package wire_test

import (
	"net/netip"
	"testing"
	"time"

	"gm/internal/deadline"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/wiretest"
)

func TestIdleConnectionIsQuiet(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.Run(10 * time.Second)
	w.typeKeys("x")
	active := w.count(w.udp, func() { w.Run(55 * time.Second) })
	if active[0] < 16 || active[1] < 16 {
		t.Errorf("%v datagrams in the minute after a key, want one in 3 s", active)
	}
	w.Run(20 * time.Second)
	idle := w.count(w.udp, func() { w.Run(time.Minute) })
	if idle[0] != 4 || idle[1] != 4 {
		t.Errorf("%v datagrams in an idle minute, want 4 each", idle)
	}
	if now := w.Now; !w.client.ExpectedBy(now).After(now) {
		t.Error("an idle server counts as silent")
	}
	w.typeKeys("y")
	if got := w.client.ExpectedBy(w.Now).Sub(w.Now); got < 3*time.Second || got > 4*time.Second {
		t.Errorf("after a key the server is expected within %v", got)
	}
	if w.Run(60 * time.Millisecond); w.typed.String() != "xy" {
		t.Errorf("after the idle time the server has %q", w.typed.String())
	}
}

// TestIdleStockPeer holds that a peer without the extension is sent to every 3 s.
func TestIdleStockPeer(t *testing.T) {
	w := newSession(t, slow, 1)
	w.typeKeys("x")
	w.Run(2 * time.Minute)
	sent := 0
	w.Tap = func(datagram.Direction, []byte) { sent++ }
	w.Run(time.Minute)
	if sent < 38 {
		t.Errorf("%d datagrams in a minute, want one in 3 s each way", sent)
	}
}

// TestKeyAfterIdleTimeIsSentAgain loses a key that ends an idle time.
func TestKeyAfterIdleTimeIsSentAgain(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.Run(2 * time.Minute)
	w.udp.SetDown(true)
	w.typeKeys("x")
	w.Run(10 * time.Millisecond)
	w.udp.SetDown(false)
	w.WaitFor(2*time.Second, "the key is lost", func() bool { return w.typed.String() == "x" })
}

func TestWakeSendsAtOnce(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.Run(2 * time.Minute)
	woken := w.count(w.udp, func() {
		w.client.Wake(w.Now)
		w.Run(200 * time.Millisecond)
	})
	if woken[0] != 1 {
		t.Errorf("%v datagrams", woken)
	}
}

// TestPortChangedSendsAtOnce: the server follows instructions alone.
func TestPortChangedSendsAtOnce(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.Run(2 * time.Minute)
	w.udp.Server = datagram.Path{Remote: netip.MustParseAddrPort("192.0.2.7:6000")}
	w.client.PortChanged(w.Now)
	w.Run(60 * time.Millisecond)
	if got := w.server.Route()[0]; got != w.udp.Server {
		t.Errorf("the server sends on %v", got)
	}
}

// TestForgetfulNAT changes the client's address whenever it was silent for 10 s.
func TestForgetfulNAT(t *testing.T) {
	w := newPathSession(t, slow, slow)
	nat := &forgetfulNAT{pathSession: w, port: 5000}
	w.Server = nat
	w.Run(4 * time.Minute)
	port := nat.port
	idle := w.count(w.udp, func() { w.Run(time.Minute) })
	if nat.port != port {
		t.Errorf("the NAT still forgets: %d times in a minute", nat.port-port)
	}
	if idle[0] < 7 || idle[0] > 9 {
		t.Errorf("%v datagrams in a minute, want one in 7.5 s", idle)
	}
	if nat.port > 5002 {
		t.Errorf("it took %d times to notice", nat.port-5000)
	}
}

// TestOutputAfterRebinding has a NAT give an idle client another port: its next probe shows
// that, and output that waits arrives.
func TestOutputAfterRebinding(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.typeKeys("x")
	w.Run(2 * time.Minute)
	w.udp.Server = datagram.Path{Remote: netip.MustParseAddrPort("192.0.2.7:6000")}
	w.server.SetLocal(w.Now, "output")
	w.WaitFor(16*time.Second, "output does not arrive", func() bool { return w.shows("output") })
}

// TestIdleTimeBeginsWithAnAnswer: no datagram of a client stays without an answer for long,
// or the client would take its port for forgotten.
func TestIdleTimeBeginsWithAnAnswer(t *testing.T) {
	for offset := time.Duration(0); offset < 3*time.Second; offset += 250 * time.Millisecond {
		t.Run(offset.String(), func(t *testing.T) {
			w := newPathSession(t, slow, slow)
			w.typeKeys("x")
			w.Run(offset)
			w.server.SetLocal(w.Now, "output")
			if longest := w.longestWait(3 * time.Minute); longest > 4*time.Second {
				t.Errorf("no answer for %v", longest)
			}
		})
	}
}

// longestWait runs for d, and returns the longest time that the client waits for an answer,
// or for an acknowledgement.
func (w *pathSession) longestWait(d time.Duration) (longest time.Duration) {
	var waiting time.Time // since when an answer is due; zero if none is
	for end := w.Now.Add(d); w.Now.Before(end); {
		now := w.Now
		sent := w.count(w.udp, func() { w.Run(100 * time.Millisecond) })
		if sent[datagram.ToServer] > 0 && waiting.IsZero() {
			waiting = now
		}
		_, acked := w.client.Acked()
		if deadline.Latest(acked, w.client.PathState(udpAtClient).Answered).After(waiting) {
			waiting = time.Time{}
		}
		if !waiting.IsZero() {
			longest = max(longest, w.Now.Sub(waiting))
		}
	}
	return longest
}

// forgetfulNAT is the server behind a NAT that forgets a port after 10 s.
type forgetfulNAT struct {
	*pathSession
	port uint16
	last time.Time
}

func (n *forgetfulNAT) Receive(now time.Time, data []byte, path datagram.Path) {
	if !n.last.IsZero() && now.Sub(n.last) > 10*time.Second {
		n.port++
	}
	n.last = now
	path.Remote = netip.AddrPortFrom(path.Remote.Addr(), n.port)
	n.udp.Server = path
	(*pathServer)(n.pathSession).Receive(now, data, path)
}

func (n *forgetfulNAT) Tick(now time.Time, send func(datagram.Path, []byte)) {
	(*pathServer)(n.pathSession).Tick(now, send)
}

func (n *forgetfulNAT) Deadline(now time.Time) time.Time {
	return (*pathServer)(n.pathSession).Deadline(now)
}

var _ wiretest.PathEnd = (*forgetfulNAT)(nil)

// TestNarrowPaths sends large changes through paths that swallow long datagrams: each
// arrives within 2 s the first time and as quickly as on a wide path after that.
func TestNarrowPaths(t *testing.T) {
	for name, c := range map[string]struct {
		link simnet.Config
		mtu  int
		max  time.Duration // the first time
	}{
		"tunnel of 1280, 100 ms": {slow, 1280 - 28 - 60, 2 * time.Second},
		"tunnel of 1160, 100 ms": {slow, 1160 - 28, 2 * time.Second},
		"tunnel of 576, 100 ms":  {slow, 576 - 28, 2 * time.Second},
		"tunnel of 1160, 20 ms":  {quick, 1160 - 28, time.Second},
		"tunnel of 1160, lossy":  {simnet.Config{Delay: 50 * time.Millisecond, Loss: 0.1}, 1160 - 28, 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			w := newPathSession(t, c.link, slow)
			w.udp.MTU = c.mtu
			w.Run(3 * time.Second)
			text := largeText()
			w.server.SetLocal(w.Now, page(text))
			began := w.Now
			w.WaitFor(c.max, "a large change has not arrived", func() bool { return w.shows(text) })
			t.Logf("the first took %v, size %d", w.Now.Sub(began), w.server.PathState(udpAtServer).Size)
			w.Run(time.Second)
			began = w.Now
			w.server.SetLocal(w.Now, page(text[1:]))
			w.WaitFor(c.max, "the next large change has not arrived", func() bool { return w.shows(text[1:]) })
			if took := w.Now.Sub(began); c.link.Loss == 0 && took > 300*time.Millisecond {
				t.Errorf("the next one took %v", took)
			}
		})
	}
}

func largeText() string { return randomText(4000) }

func randomText(bytes int) string {
	text := make([]byte, bytes)
	for i, x := 0, uint32(1); i < len(text); i++ {
		x = x*1664525 + 1013904223
		text[i] = 'a' + byte(x>>24)%26
	}
	return string(text)
}

// TestLossDoesNotLowerTheSize sends large changes through a path that loses any datagram.
func TestLossDoesNotLowerTheSize(t *testing.T) {
	w := newPathSession(t, simnet.Config{Delay: 50 * time.Millisecond, Loss: 0.3}, slow)
	w.Run(10 * time.Second)
	text, small := largeText(), 0
	for n := range 60 {
		w.server.SetLocal(w.Now, page(text[n:]))
		w.Run(2 * time.Second)
		if w.server.PathState(udpAtServer).Size < datagram.MTUv4 {
			small++
		}
	}
	if small > 6 {
		t.Errorf("the size was too small after %d of 60 changes", small)
	}
}

// TestOutageDoesNotLowerTheSize interrupts a path with a large change on its way.
func TestOutageDoesNotLowerTheSize(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.Run(3 * time.Second)
	w.udp.SetDown(true)
	w.server.SetLocal(w.Now, page(largeText()))
	w.Run(10 * time.Second)
	w.udp.SetDown(false)
	w.WaitFor(4*time.Second, "the change has not arrived", func() bool { return w.shows(largeText()) })
	w.Run(4 * time.Second)
	if got := w.server.PathState(udpAtServer).Size; got != datagram.MTUv4 {
		t.Errorf("size %d", got)
	}
}

// TestOutputOnNarrowPath types a key and shows another large page each 100 ms, on a path
// that swallows long datagrams: no state is the last one for long, and each key
// acknowledges again one that came in long datagrams on another path.
func TestOutputOnNarrowPath(t *testing.T) {
	for name, copies := range map[string]bool{"from the start": false, "after copies on a pipe": true} {
		t.Run(name, func(t *testing.T) {
			w := newPathSession(t, quick, quick)
			w.udp.MTU = 1160 - 28
			text, i := randomText(16_000), 0
			output := func(d time.Duration) {
				for end := w.Now.Add(d); w.Now.Before(end); w.Run(100 * time.Millisecond) {
					i++
					w.server.SetLocal(w.Now, page(text[i%40:]))
					w.client.SetLocal(w.Now, w.client.Local().with("k"))
				}
			}
			if copies {
				w.client.SetRoute(w.Now, udpAtClient, pipeAtClient)
			}
			output(3 * time.Second)
			w.client.SetRoute(w.Now, udpAtClient)
			output(2 * time.Second)
			w.WaitFor(200*time.Millisecond, "output does not arrive", func() bool { return w.shows(text[i%40:]) })
			if size := w.server.PathState(udpAtServer).Size; size != 1000 {
				t.Errorf("datagrams have up to %d bytes", size)
			}
		})
	}
}
