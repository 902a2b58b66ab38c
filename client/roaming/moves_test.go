package roaming

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"gm/client/route"
	"gm/wire/datagram"
	"gm/wire/wiretest"
)

var (
	moved4 = netip.MustParseAddr("198.51.100.99")
	moved6 = netip.MustParseAddr("2001:db8:7::99")
)

// TestBothPathsMove changes the addresses that UDP and SSH leave from, once the session
// is on both and once it is on UDP alone. A key arrives within moments, and nothing in the
// clear is common to the datagrams before and after.
func TestBothPathsMove(t *testing.T) {
	for name, before := range map[string]time.Duration{"beside SSH": 5 * time.Second, "UDP alone": 15 * time.Second} {
		t.Run(name, func(t *testing.T) {
			testWorld(t, config{}, func(t *testing.T, w *world) {
				w.typeFor(before)
				w.expectAll()
				w.identifiers = nil
				w.typeFor(time.Second)
				old := w.identifiers
				w.move(moved4, moved6)
				w.run(time.Millisecond)
				w.identifiers = nil
				w.typeKeys("x")
				w.waitFor(200*time.Millisecond, "no key arrives", w.echoed)
				w.typeFor(15 * time.Second)
				w.expectAll()
				w.expectPath(0, route.KindUDP)
				for _, id := range w.identifiers {
					if slices.Contains(old, id) {
						t.Fatalf("identifier %d is that of before", id)
					}
				}
				if len(old) == 0 || len(w.identifiers) == 0 || len(w.dialer.list()) > 0 {
					t.Errorf("%d and %d identifiers, logins %v", len(old), len(w.identifiers), w.dialer.list())
				}
				w.expectNotices()
			})
		})
	}
}

// TestOneFamilyMoves changes the address of the family in use alone.
func TestOneFamilyMoves(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.finder.set(host6, host4) }}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		if w.roamer.Preferred() != udp6 {
			t.Fatalf("on %v", w.roamer.Preferred())
		}
		finds, last := w.finder.count(), w.identifiers[len(w.identifiers)-1]
		w.move(client4, moved6)
		w.run(time.Millisecond)
		w.typeFor(time.Second)
		w.expectAll()
		if w.finder.count() == finds || w.identifiers[len(w.identifiers)-1] == last {
			t.Error("the change was not noticed")
		}
	})
}

// TestMoveOnSSHAlone changes the address while no UDP is used: the login is repeated, as the
// connection does not outlive its address.
func TestMoveOnSSHAlone(t *testing.T) {
	testWorld(t, config{mode: route.SSH}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		w.move(moved4, client6)
		w.typeKeys("x")
		w.waitFor(4*time.Second, "no key arrives", w.echoed)
	})
}

// TestMoveMeasuresSize moves from a tunnel to a network without one.
func TestMoveMeasuresSize(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.finder.set(host6) }}, func(t *testing.T, w *world) {
		w.roads[host6].longest = 1000
		w.typeFor(15 * time.Second)
		if s := w.transport.PathState(udp6); s.Size != 1000 {
			t.Errorf("%d bytes in a tunnel", s.Size)
		}
		w.roads[host6].longest = 0
		w.move(moved4, moved6)
		w.typeFor(time.Second)
		if s := w.transport.PathState(udp6); s.Size != datagram.MTUv6 {
			t.Errorf("%d bytes after the move", s.Size)
		}
	})
}

// TestSendFails takes the address away without a sign but the errors of sends: another path
// is used at once.
func TestSendFails(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.unwatch = true }}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		w.expectAll()
		w.at4 = netip.Addr{}
		w.typeKeys("x")
		w.waitFor(400*time.Millisecond, "no key arrives", w.echoed)
	})
}

// TestFamiliesMove takes the address of one family away, and then that of the other.
func TestFamiliesMove(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		for _, at := range [][2]netip.Addr{{{}, client6}, {client4, {}}, {{}, client6}} {
			w.move(at[0], at[1])
			w.typeKeys("k")
			w.waitFor(3*time.Second, "no key arrives", w.echoed)
			w.typeFor(15 * time.Second)
			w.expectAll()
			w.expectPath(0, route.KindUDP)
		}
		w.expectNotices()
	})
}

// TestUnwatchedMove has a system that reports no changes of addresses: they are compared
// every 3 s.
func TestUnwatchedMove(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.unwatch = true }}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		w.expectAll()
		finds := w.finder.count()
		w.move(moved4, moved6)
		w.typeFor(2 * comparePause)
		w.expectAll()
		if w.finder.count() == finds {
			t.Error("the change was not noticed")
		}
	})
}

// TestNetworkIsGone has no address for a minute. The session goes on at once when there is
// one again.
func TestNetworkIsGone(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		w.dialer.set(errDial, nil)
		w.move(netip.Addr{}, netip.Addr{})
		w.typeFor(time.Minute)
		w.move(moved4, netip.Addr{})
		w.waitFor(300*time.Millisecond, "no key arrives", w.echoed)
		w.expectAll()
		if w.refusal != nil {
			t.Errorf("the session was refused: %v", w.refusal)
		}
	})
}

// TestSleep has the wall clock go on while the other one stands: the host is looked up
// again.
func TestSleep(t *testing.T) {
	for asleep, want := range map[time.Duration]int{sleepSign / 2: 0, 2 * sleepSign: 1} {
		t.Run(asleep.String(), func(t *testing.T) {
			clock := time.Now() // one of package synctest has no monotonic reading
			testWorld(t, config{}, func(t *testing.T, w *world) {
				w.typeFor(15 * time.Second)
				w.expectAll()
				before := w.finder.count()
				w.roamer.clock = wiretest.SetClock(clock, time.Since(clock))
				w.roamer.Decide(wiretest.SetClock(w.roamer.clock, asleep))
				w.roamer.clock = time.Now()
				w.run(time.Second)
				if got := w.finder.count() - before; got != want {
					t.Errorf("%d lookups, want %d", got, want)
				}
			})
		})
	}
}
