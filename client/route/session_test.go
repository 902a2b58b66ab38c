package route_test

import (
	"fmt"
	"testing"
	"time"

	"gm/client/route"
	"gm/wire/datagram"
	"gm/wire/simnet"
)

func TestPromptComesWithFirstAnswer(t *testing.T) {
	for name, blocked := range map[string]bool{"UDP": false, "SSH": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, route.Auto, v4, v6).logIn()
			w.udp[v4].SetDown(blocked)
			w.udp[v6].SetDown(blocked)
			w.Run(50 * time.Millisecond)
			if w.client.Heard().IsZero() {
				t.Error("nothing has answered after one round trip")
			}
			w.typeFor(15 * time.Second)
			w.wantAll()
			want, closed := v4, 1
			if blocked {
				want, closed = datagram.PipePath(1), 0
			}
			w.wantPreferred(want)
			if w.closed != closed || w.notices != 1-closed {
				t.Errorf("SSH was closed %d times, %d notices", w.closed, w.notices)
			}
		})
	}
}

// TestUDPIsBlockedAndOpened blocks UDP in the middle of a session and opens it again.
func TestUDPIsBlockedAndOpened(t *testing.T) {
	w := newWorld(t, route.Auto, v4, v6).logIn()
	w.typeFor(15 * time.Second)
	w.udp[v4].SetDown(true)
	w.udp[v6].SetDown(true)
	w.typeFor(12 * time.Second)
	w.wantPreferred(datagram.PipePath(2))
	w.Run(time.Second)
	w.wantAll()
	w.typeFor(3 * time.Minute)
	w.wantAll()
	w.udp[v4].SetDown(false)
	w.WaitFor(61*time.Second, "not back on UDP", func() bool { return w.preferred == v4 })
	w.typeFor(20 * time.Second)
	w.wantAll()
	if w.logins != 1 || w.closed != 2 || w.notices != 1 {
		t.Errorf("%d logins, SSH was closed %d times, %d notices", w.logins, w.closed, w.notices)
	}
}

// TestSwitchesLoseNoKey types 10,000 lines over three paths, to another one of which the
// client switches every 3 s.
func TestSwitchesLoseNoKey(t *testing.T) {
	w := newWorld(t, route.Auto, v4, v6).logIn()
	w.manual = true
	bad := simnet.Config{Delay: 20 * time.Millisecond, Jitter: 10 * time.Millisecond, Loss: 0.05, Duplicate: 0.05, Reorder: 0.05}
	w.udp[v4].SetLinks(w.Now, bad, 1)
	w.udp[v6].SetLinks(w.Now, simnet.Config{Delay: 90 * time.Millisecond}, 2)
	w.open[v4], w.open[v6] = true, true
	w.typeLines(10_000, func(turn int) { w.setRoute([]datagram.Path{v4, datagram.PipePath(1), v6}[turn%3]) })
	w.Run(5 * time.Second)
	w.wantAll()
	if w.switches != 101 {
		t.Errorf("%d switches", w.switches)
	}
}

// typeLines types a line each 30 ms, and calls turn every 3 s.
func (w *world) typeLines(n int, turn func(i int)) {
	w.t.Helper()
	next, turns := w.Now, 0
	for line := range n {
		for ; !w.Now.Before(next); next = next.Add(3 * time.Second) {
			turn(turns)
			turns++
		}
		w.typeKeys(fmt.Sprintf("line %d\r", line))
		w.Run(30 * time.Millisecond)
	}
	turn(turns)
}

// TestMovesLoseNoKey types 10,000 lines while all paths but one are cut, another one each
// 3 s.
func TestMovesLoseNoKey(t *testing.T) {
	w := newWorld(t, route.Auto, v4, v6).logIn()
	w.chooser.SetKeepSSH(true)
	roads := []datagram.Path{v4, datagram.PipePath(1), v6}
	w.typeLines(10_000, func(turn int) { w.leaveOnly(roads[turn%3]) })
	w.Run(10 * time.Second)
	w.wantAll()
	if w.switches < 50 {
		t.Errorf("%d switches", w.switches)
	}
}

// leaveOnly cuts all paths but one, as the user's computer notices.
func (w *world) leaveOnly(path datagram.Path) {
	for p, road := range w.udp {
		road.SetDown(p != path)
	}
	w.pipe.SetStalled(w.pipe.Client != path)
	w.chooser.AddressesChanged(w.Now)
}

// TestThrottledUDP limits UDP to 64 kbit/s while the host prints.
func TestThrottledUDP(t *testing.T) {
	w := newWorld(t, route.Auto, v4).logIn()
	w.udp[v4].SetLinks(w.Now, simnet.Config{Delay: 20 * time.Millisecond, Rate: 64_000}, 1)
	for range 200 {
		w.showRandom(8000)
		w.typeKeys("k")
		w.Run(100 * time.Millisecond)
	}
	w.wantPreferred(datagram.PipePath(1))
	if w.closed != 0 || w.notices != 1 {
		t.Errorf("SSH was closed %d times, %d notices", w.closed, w.notices)
	}
	w.Run(5 * time.Second)
	w.wantAll()
}

// TestOnlyLargeDatagramsAreLost holds that a session goes on over UDP.
func TestOnlyLargeDatagramsAreLost(t *testing.T) {
	for name, mtu := range map[string]int{"a tunnel of 1280 bytes": 1232, "a tunnel of 1160 bytes": 1112, "600 bytes": 560} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, route.Auto, v4).logIn()
			w.udp[v4].MTU = mtu
			for range 200 {
				w.showRandom(8000)
				w.typeKeys("k")
				w.Run(100 * time.Millisecond)
			}
			w.Run(3 * time.Second)
			w.wantPreferred(v4)
			w.wantAll()
			if w.closed != 1 || w.notices != 0 {
				t.Errorf("SSH was closed %d times, %d notices", w.closed, w.notices)
			}
		})
	}
}

// TestFramesInNarrowTunnel holds that no frame of two datagrams waits for a size to be found,
// neither before UDP is proven nor when copies end.
func TestFramesInNarrowTunnel(t *testing.T) {
	for _, delay := range []time.Duration{200 * time.Microsecond, 5 * time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond} {
		t.Run(fmt.Sprint(delay), func(t *testing.T) {
			w := newWorld(t, route.Auto, v4)
			w.ssh.Delay = delay
			w.logIn()
			w.udp[v4].SetLinks(w.Now, simnet.Config{Delay: delay}, 1)
			w.udp[v4].MTU = 1132
			for end := w.Now.Add(20 * time.Second); w.Now.Before(end); w.Run(37 * time.Millisecond) {
				w.showRandom(1800)
				w.WaitFor(3*delay+200*time.Millisecond, "the frame is late", func() bool {
					shown, _ := w.client.Remote()
					return shown.output == w.server.Local().output
				})
			}
			w.wantPreferred(v4)
		})
	}
}

// TestSeparateNetworks moves the client to a network with IPv6 alone and back.
func TestSeparateNetworks(t *testing.T) {
	w := newWorld(t, route.Auto, v4, v6).logIn()
	w.typeFor(15 * time.Second)
	for _, to := range []datagram.Path{v6, v4, v6} {
		for p, road := range w.udp {
			road.SetDown(p != to)
		}
		w.chooser.AddressesChanged(w.Now)
		w.typeKeys("k")
		w.WaitFor(2*time.Second, "the key does not arrive", func() bool {
			shown, _ := w.client.Remote()
			return shown.typed == uint64(w.want.Len())
		})
		w.typeFor(10 * time.Second)
		w.wantPreferred(to)
		w.wantAll()
	}
	if w.logins != 0 {
		t.Errorf("%d logins", w.logins)
	}
}
