package route

import (
	"testing"
	"time"

	"gm/wire/datagram"
)

// onUDP returns a rig whose session is on the first candidate, with SSH closed.
func onUDP(t *testing.T, candidates ...datagram.Path) *rig {
	t.Helper()
	r := newRig(t, Auto, candidates...).withPipe()
	r.run(16 * time.Second)
	r.wantPreferred(candidates[0])
	if !r.has("close ssh") {
		t.Fatal(r.log)
	}
	r.log, r.switches, r.probes = nil, 0, 0
	return r
}

// onSSH returns a rig whose session is on SSH because no UDP path answers.
func onSSH(t *testing.T, candidates ...datagram.Path) *rig {
	t.Helper()
	r := newRig(t, Auto, candidates...).withPipe()
	for _, p := range candidates {
		r.roads[p].down = true
	}
	r.run(16 * time.Second)
	r.wantPreferred(pipe)
	r.log, r.switches, r.probes = nil, 0, 0
	return r
}

func TestDoubtSendsCopies(t *testing.T) {
	r := newRig(t, Auto, v4, v6).withPipe()
	r.SetKeepSSH(true)
	r.run(16 * time.Second)
	r.log = nil
	r.roads[v4].down = true
	typed := r.now
	r.typeKey()
	r.runUntil(3*time.Second, "no copies are sent", func() bool { return len(r.route.Copies) > 0 })
	// Two RTO of at least 50 ms and a second.
	if d := r.now.Sub(typed); d < 1100*time.Millisecond || d > 1200*time.Millisecond {
		t.Errorf("in doubt after %v", d)
	}
	if r.route.Copies[0] != pipe {
		t.Errorf("copies on %v", r.route.Copies)
	}
	arrived := r.arrived
	r.typeKey()
	r.run(50 * time.Millisecond)
	if r.arrived == arrived {
		t.Error("the key has not arrived on a copy")
	}
	if !r.Explain().Doubtful && r.route.Preferred == v4 {
		t.Error("the explanation does not mention the doubt")
	}
}

// TestDoubtEnds holds that the path stays that answers before another one is chosen.
func TestDoubtEnds(t *testing.T) {
	r := onUDP(t, v4)
	r.roads[v4].down = true
	r.typeKey()
	r.run(1500 * time.Millisecond)
	r.roads[v4].down = false
	r.runTyping(30 * time.Second)
	if r.switches != 0 || len(r.route.Copies) != 0 || r.has("login") || r.has("resolve") {
		t.Error(r.log)
	}
}

func TestSilentUDPMovesToOtherFamily(t *testing.T) {
	for name, test := range map[string]struct{ from, to datagram.Path }{"to IPv6": {v4, v6}, "to IPv4": {v6, v4}} {
		t.Run(name, func(t *testing.T) {
			r := onUDP(t, test.from, test.to)
			r.roads[test.from].down = true
			r.typeKey()
			r.runUntil(2*time.Second, "no other family", func() bool { return r.route.Preferred == test.to })
			r.run(11 * time.Second)
			if r.open[test.from] || !r.open[test.to] {
				t.Errorf("open: %v", r.open)
			}
			r.roads[test.from].down = false
			r.runTyping(5 * time.Minute)
			if r.switches != 1 || r.has("login") || r.has("notice") {
				t.Error(r.log)
			}
			// And back, when the other one is silent.
			r.roads[test.to].down = true
			r.typeKey()
			r.runUntil(2*time.Second, "not back", func() bool { return r.route.Preferred == test.from })
		})
	}
}

func TestSilentUDPMovesToSSH(t *testing.T) {
	r := newRig(t, Auto, v4).withPipe()
	r.SetKeepSSH(true)
	r.run(20 * time.Second)
	r.roads[v4].down = true
	typed := r.now
	r.typeKey()
	r.runUntil(6*time.Second, "not on SSH", func() bool { return r.route.Preferred == pipe })
	if d := r.now.Sub(typed); d != silentAfter {
		t.Errorf("on SSH after %v", d)
	}
	if r.count("notice 1") != 1 || r.count("resolve") != 1 {
		t.Error(r.log)
	}
	r.roads[v4].down = false
	r.runUntil(maxRound, "not back on UDP", func() bool { return r.route.Preferred == v4 })
	r.roads[v4].down = true
	r.runTyping(time.Minute)
	r.wantPreferred(pipe)
	if r.count("notice") != 1 {
		t.Error("a second notice")
	}
}

// TestSilentWithoutKeys holds that a lost heartbeat is noticed, in the time between two
// of them and two seconds.
func TestSilentWithoutKeys(t *testing.T) {
	for name, beat := range map[string]time.Duration{"3 s": 3 * time.Second, "15 s": 15 * time.Second} {
		t.Run(name, func(t *testing.T) {
			r := onUDP(t, v4, v6)
			r.beat = beat
			r.SetHeartbeat(beat)
			r.run(time.Minute)
			if r.probes != 0 || r.switches != 0 {
				t.Fatalf("an idle session has sent %d probes\n%v", r.probes, r.log)
			}
			r.roads[v4].down = true
			r.runUntil(beat+2*time.Second, "not noticed", func() bool { return r.route.Preferred == v6 })
		})
	}
}

func TestAddressesChanged(t *testing.T) {
	t.Run("the path still works", func(t *testing.T) {
		r := onUDP(t, v4, v6)
		r.AddressesChanged(r.now)
		r.decide()
		if r.probes == 0 || !r.open[v6] || len(r.route.Copies) != 1 || !r.has("resolve") {
			t.Errorf("%d probes, copies on %v\n%v", r.probes, r.route.Copies, r.log)
		}
		r.run(time.Minute)
		if r.switches != 0 || len(r.route.Copies) != 0 || r.open[v6] {
			t.Error(r.log)
		}
	})
	t.Run("only the other family works", func(t *testing.T) {
		r := onUDP(t, v4, v6)
		r.roads[v4].down = true
		r.AddressesChanged(r.now)
		r.runUntil(1500*time.Millisecond, "not on IPv6", func() bool { return r.route.Preferred == v6 })
	})
	t.Run("several in a second are one round", func(t *testing.T) {
		r := onUDP(t, v4, v6)
		for range 20 {
			r.AddressesChanged(r.now)
			r.run(45 * time.Millisecond)
		}
		r.run(time.Second)
		if r.probes > 8 {
			t.Errorf("%d probes", r.probes)
		}
	})
	t.Run("while UDP is blocked", func(t *testing.T) {
		r := onSSH(t, v4)
		r.run(10 * time.Minute)
		r.roads[v4].down = false
		r.AddressesChanged(r.now)
		r.runUntil(100*time.Millisecond, "not on UDP", func() bool { return r.route.Preferred == v4 })
	})
	t.Run("to an address that the name has now", func(t *testing.T) {
		r := onUDP(t, v4)
		r.roads[v4].down = true
		r.AddressesChanged(r.now)
		r.decide()
		r.run(300 * time.Millisecond)
		r.roads[v6] = &road{delay: 20 * time.Millisecond}
		r.SetCandidates(r.now, []datagram.Path{v6})
		r.runUntil(1500*time.Millisecond, "not on the new address", func() bool { return r.route.Preferred == v6 })
	})
}

func TestWokeProbesAtOnce(t *testing.T) {
	r := onSSH(t, v4, v6)
	r.run(10 * time.Minute)
	r.roads[v6].down = false
	r.Woke(r.now)
	r.runUntil(100*time.Millisecond, "not on UDP", func() bool { return r.route.Preferred == v6 })
}

func TestKeyAfterSilenceProbesAtOnce(t *testing.T) {
	r := onSSH(t, v4)
	r.typeKey()
	r.run(10 * time.Minute)
	r.roads[v4].down = false
	r.typeKey()
	r.runUntil(100*time.Millisecond, "not on UDP", func() bool { return r.route.Preferred == v4 })

	t.Run("but not with each key", func(t *testing.T) {
		r := onSSH(t, v4)
		r.run(2 * time.Minute)
		r.probes = 0
		r.runTyping(time.Minute)
		if r.probes > 4 {
			t.Errorf("%d probes in a minute of typing", r.probes)
		}
	})
}

func TestUnreachableStartsTheNextOne(t *testing.T) {
	r := newRig(t, Auto, v6, v4).withPipe()
	r.roads[v6].noRoute = true
	r.run(time.Millisecond)
	if !r.open[v4] {
		t.Error("IPv4 waits for 250 ms")
	}
	r.run(time.Second)
	r.wantPreferred(v4)
	t.Run("in a session", func(t *testing.T) {
		r := onUDP(t, v6, v4)
		r.roads[v6].noRoute = true
		r.typeKey()
		r.runUntil(100*time.Millisecond, "not on IPv4", func() bool { return r.route.Preferred == v4 })
	})
}
