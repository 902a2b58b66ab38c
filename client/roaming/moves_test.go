package roaming

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"gm/client/paths"
	"gm/client/route"
	"gm/wire/datagram"
	"gm/wire/simnet"
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

// TestPortHop has a NAT forget the port of the socket: the session goes on from another one
// with another identifier.
func TestPortHop(t *testing.T) {
	testWorld(t, config{mode: route.UDP}, func(t *testing.T, w *world) {
		w.typeFor(5 * time.Second)
		w.expectAll()
		w.blocked = w.port // the ports so far
		old := w.identifiers
		w.typeFor(20 * time.Second)
		w.expectAll()
		if last := w.identifiers[len(w.identifiers)-1]; slices.Contains(old, last) {
			t.Error("the identifier is that of before")
		}
	})
}

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

// TestIdle counts the datagrams of an idle session: a probe of the client and its reply every
// 15 s.
func TestIdle(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		w.typeFor(15 * time.Second)
		w.run(2 * time.Minute)
		before := w.roads[host6].sent + w.roads[host4].sent
		w.run(10 * time.Minute)
		if n := w.roads[host6].sent + w.roads[host4].sent - before; n > 100 {
			t.Errorf("%d datagrams in 10 minutes", n)
		}
	})
}

// TestOutputWhileIdle has the program print in an idle session: the host knows where the
// client is.
func TestOutputWhileIdle(t *testing.T) {
	for minute := range 10 {
		t.Run(fmt.Sprint(minute), func(t *testing.T) {
			testWorld(t, config{}, func(t *testing.T, w *world) {
				w.typeFor(15 * time.Second)
				w.run(time.Duration(minute)*time.Minute + 30*time.Second)
				w.host.output = []byte("\r\nwall: reboot")
				w.waitFor(200*time.Millisecond, "output does not arrive", func() bool { return w.shows("reboot") })
			})
		})
	}
}

// TestRefusals answers datagrams with ICMP errors: they end a session only if there is no
// other path and no login that could open one.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		config config
		paths  []datagram.Path
		end    bool
	}{
		"a login can open a pipe": {config{noPipe: true}, []datagram.Path{udp4, udp6}, false},
		"no login":                {config{noPipe: true, noDial: true}, []datagram.Path{udp4, udp6}, true},
		"one of two paths":        {config{noPipe: true, noDial: true}, []datagram.Path{udp6}, false},
		"beside a pipe":           {config{noDial: true}, []datagram.Path{udp4, udp6}, false},
		"UDP alone":               {config{mode: route.UDP}, []datagram.Path{udp4, udp6}, true},
	} {
		t.Run(name, func(t *testing.T) {
			testWorld(t, c.config, func(t *testing.T, w *world) {
				w.block(true)
				w.run(time.Second)
				for _, path := range c.paths {
					if err := w.roamer.HandleFailure(time.Now(), paths.Failure{Path: path, Err: errNoRoute}); err != nil {
						w.refusal = err
					}
				}
				if (w.refusal != nil) != c.end {
					t.Errorf("the session ends with %v", w.refusal)
				}
			})
		})
	}
}

// TestStockServer has a server that knows one path: nothing is decided.
func TestStockServer(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		cfg := w.roamer.cfg
		cfg.Several = false
		r, err := newRoamer(time.Now(), cfg, w.roamer.system)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if _, known := r.Explain(); known || r.RequestLogin(time.Now()) || r.OverSSH() || r.Changed() != nil {
			t.Error("there is more than one path")
		}
		now := time.Now()
		r.Typed(now)
		r.AddressesChanged(now)
		if got := r.Decide(now); got != (Result{}) || r.Preferred() != udp4 {
			t.Errorf("%+v on %v", got, r.Preferred())
		}
		if err := r.HandleFailure(now, paths.Failure{Path: udp4, Err: errNoRoute}); err != errNoRoute {
			t.Errorf("a refusal is %v", err)
		}
	})
}

// TestCloseDoesNotWait closes a session whose SSH connection hangs, while a login and a
// lookup are under way. The connection of the login, which cannot be given up, is closed.
func TestCloseDoesNotWait(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.finder.delay = time.Hour }}, func(t *testing.T, w *world) {
		w.dialer.deaf = true
		w.dialer.setTime(time.Minute)
		w.run(time.Second)
		w.roamer.LogIn(time.Now(), true)
		hang := make(chan struct{})
		w.roamer.login.Close = func() error {
			<-hang
			return nil
		}
		began := time.Now()
		w.closeRoamer()
		if took := time.Since(began); took > closeTimeout {
			t.Errorf("Close takes %v", took)
		}
		close(hang)
		close(w.over)
		w.over = make(chan struct{})
		<-time.After(2 * time.Minute)
		if closed, _ := w.dialer.counts(); closed != 1 {
			t.Errorf("%d connections closed", closed)
		}
	})
}
