package roaming

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"gm/wire/simnet"
)

// TestHostMoves resolves the host's name again when nothing answers, and finds its new
// address.
func TestHostMoves(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.finder.set(host4) }}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		w.expectAll()
		w.roads[host4].setDown(true)
		w.finder.addrs = []netip.Addr{host6}
		w.dialer.set(errDial, nil)
		w.typeFor(10 * time.Second)
		w.expectAll()
		if got := w.roamer.Preferred(); got != udp6 {
			t.Errorf("on %v, want %v", got, udp6)
		}
	})
}

// TestLookupDuringLookup requests lookups while one hangs: it is cancelled, and one more
// follows.
func TestLookupDuringLookup(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.finder.delay = 5 * time.Second }}, func(t *testing.T, w *world) {
		w.run(time.Second)
		for range 5 {
			w.roamer.find(time.Now())
		}
		w.run(time.Second)
		if got := w.finder.count(); got != 1 {
			t.Errorf("%d lookups have ended", got)
		}
		w.run(20 * time.Second)
		if got := w.finder.count(); got != 2 {
			t.Errorf("%d lookups", got)
		}
		w.typeFor(time.Second)
		w.expectAll()
	})
}

// TestKnownAddressesWaitForNoLookup moves to a network with IPv6 alone, on which lookups
// hang: addresses that are known without them are used at once.
func TestKnownAddressesWaitForNoLookup(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.finder.set(host4) }}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		w.finder.delay = 10 * time.Second
		w.finder.known = []netip.Addr{host6, host4}
		w.move(netip.Addr{}, client6)
		w.run(time.Millisecond)
		w.typeKeys("x")
		w.waitFor(200*time.Millisecond, "no key arrives", w.echoed)
		w.finder.addrs = w.finder.known
		w.typeFor(20 * time.Second)
		w.expectAll()
	})
}

// TestFinderLearns passes the addresses of a login and the client's own address, as the host
// sees it, to the lookup.
func TestFinderLearns(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		w.typeFor(3 * time.Second)
		w.roamer.find(time.Now())
		w.run(time.Second)
		if !slices.Equal(w.finder.announced, []netip.Addr{host4, host6}) || w.finder.observed != client6 && w.finder.observed != client4 {
			t.Errorf("announced %v, observed %v", w.finder.announced, w.finder.observed)
		}
	})
}

// TestWithoutIPv6 has no socket for one of the candidates.
func TestWithoutIPv6(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.at6 = netip.Addr{} }}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		w.expectAll()
		if got := w.roamer.Preferred(); got != udp4 {
			t.Errorf("on %v", got)
		}
		w.expectNotices()
	})
}

// TestIPv6ComesLater has no socket for IPv6 at first, and no IPv4 later.
func TestIPv6ComesLater(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.at6 = netip.Addr{} }}, func(t *testing.T, w *world) {
		w.typeFor(5 * time.Second)
		w.move(netip.Addr{}, client6)
		w.run(time.Millisecond)
		w.typeKeys("x")
		w.waitFor(200*time.Millisecond, "no key arrives", w.echoed)
	})
}

// TestWithoutIPv4 has no way to the first candidate: the next one does not wait for it.
func TestWithoutIPv4(t *testing.T) {
	testWorld(t, config{noPipe: true, before: func(w *world) { w.at4 = netip.Addr{} }}, func(t *testing.T, w *world) {
		w.waitFor(60*time.Millisecond, "no prompt after a round trip", func() bool { return w.shows("ready") })
	})
}

// TestLoserIsForgotten: the path that has lost the race is closed after 10 s.
func TestLoserIsForgotten(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		w.roads[host4].setLink(simnet.Config{Delay: 400 * time.Millisecond}, 1)
		w.typeFor(5 * time.Second)
		if len(w.sockets) != 2 {
			t.Errorf("%d sockets in a race", len(w.sockets))
		}
		w.typeFor(10 * time.Second)
		if len(w.sockets) != 1 || w.transport.PathState(udp4).Measured {
			t.Errorf("%d sockets, the loser is %+v", len(w.sockets), w.transport.PathState(udp4))
		}
	})
}
