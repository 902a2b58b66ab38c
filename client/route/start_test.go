package route

import (
	"testing"
	"time"

	"gm/wire/datagram"
)

func TestStartOverUDP(t *testing.T) {
	r := newRig(t, Auto, v4, v6).withPipe()
	r.decide()
	if r.route.Preferred != v4 || len(r.route.Copies) != 1 || r.route.Copies[0] != pipe {
		t.Fatalf("begins on %v with copies on %v", r.route.Preferred, r.route.Copies)
	}
	r.run(200 * time.Millisecond)
	r.wantPreferred(v4)
	if len(r.route.Copies) != 0 || r.open[v6] {
		t.Errorf("UDP has answered, copies are sent on %v, IPv6 is open: %v", r.route.Copies, r.open[v6])
	}
	r.run(9 * time.Second)
	if r.has("close ssh") {
		t.Error("SSH is closed before UDP was good for 10 s")
	}
	r.run(2 * time.Second)
	if !r.has("close ssh") || r.switches != 1 || r.has("notice") {
		t.Error(r.log)
	}
}

func TestStartWithUDPBlocked(t *testing.T) {
	r := newRig(t, Auto, v4, v6).withPipe()
	r.roads[v4].down, r.roads[v6].down = true, true
	r.runUntil(50*time.Millisecond, "SSH is not preferred after one round trip", func() bool { return r.route.Preferred == pipe })
	r.run(10 * time.Second)
	if e := r.Explain(); e.Kind != KindSSH || e.Reason != ReasonUDPUnanswered || !e.Since.Equal(epoch) {
		t.Errorf("explained by %+v", e)
	}
	r.run(10 * time.Minute)
	if r.count("notice 1") != 1 || r.switches != 2 || r.has("close ssh") || r.has("login") {
		t.Error(r.log)
	}
	// Rounds at 0, 1, 3, 7, 15, 31, 63, 123 s and so on, of two probes on each path.
	if r.probes < 50 || r.probes > 80 {
		t.Errorf("%d probes in 10 minutes", r.probes)
	}
	r.roads[v4].down = false
	r.runUntil(61*time.Second, "UDP is not preferred", func() bool { return r.route.Preferred == v4 })
	r.run(15 * time.Second)
	if !r.has("close ssh") || r.open[v6] {
		t.Error(r.log)
	}
}

func TestStartFamilies(t *testing.T) {
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		first, second   datagram.Path
		delay1, delay2  time.Duration
		down1           bool
		want            datagram.Path
		opened, notOpen bool
	}{
		"the first answers at once":       {first: v4, second: v6, delay1: 20 * ms, delay2: 20 * ms, want: v4, notOpen: true},
		"the first is down":               {first: v4, second: v6, down1: true, delay2: 20 * ms, want: v6, opened: true},
		"IPv4 is less than 50 ms earlier": {first: v4, second: v6, delay1: 150 * ms, delay2: 40 * ms, want: v6, opened: true},
		"IPv4 is more than 50 ms earlier": {first: v4, second: v6, delay1: 130 * ms, delay2: 60 * ms, want: v4, opened: true},
		"IPv6 is later as well":           {first: v6, second: v4, delay1: 200 * ms, delay2: 60 * ms, want: v6, opened: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, UDP, test.first, test.second)
			r.roads[test.first].delay, r.roads[test.first].down = test.delay1, test.down1
			r.roads[test.second].delay = test.delay2
			r.run(249 * ms)
			if r.open[test.second] {
				t.Error("the second one is open before 250 ms")
			}
			r.run(time.Second)
			r.wantPreferred(test.want)
			if r.open[test.second] != test.opened {
				t.Error(r.log)
			}
			r.run(12 * time.Second)
			for _, p := range []datagram.Path{v4, v6} {
				if r.open[p] != (p == test.want) {
					t.Errorf("%v is open: %v", p, r.open[p])
				}
			}
		})
	}
}

// TestCandidatesInTurn holds that addresses that are found later wait for their turn, as
// those of the start do.
func TestCandidatesInTurn(t *testing.T) {
	r := newRig(t, Auto, v4).withPipe()
	r.roads[v4].down = true
	for _, p := range []datagram.Path{v6, also} {
		r.roads[p] = &road{delay: 20 * time.Millisecond, down: true}
	}
	r.run(10 * time.Millisecond)
	r.SetCandidates(r.now, []datagram.Path{v4, also, v6, v4})
	for i, p := range []datagram.Path{v4, v6, also} {
		at := epoch.Add(time.Duration(i) * attemptDelay)
		r.run(at.Add(-time.Millisecond).Sub(r.now))
		if r.open[p] && i > 0 {
			t.Errorf("%v is open before %v", p, at.Sub(epoch))
		}
		r.run(time.Millisecond)
		if !r.open[p] {
			t.Errorf("%v is not open after %v", p, at.Sub(epoch))
		}
	}
}

// TestManyAnswersOverIPv4 holds that the time for IPv6 begins with the first answer over
// IPv4.
func TestManyAnswersOverIPv4(t *testing.T) {
	r := newRig(t, UDP, v4, v6)
	r.roads[v4].delay, r.roads[v6].down = 130*time.Millisecond, true
	for range 80 {
		r.typeKey()
		r.run(5 * time.Millisecond)
	}
	if r.udp == nil || r.udp.path != v4 {
		t.Error("the race goes on")
	}
}

func TestCandidatesAreBounded(t *testing.T) {
	var many []datagram.Path
	for i := range 20 {
		many = append(many, datagram.Path{LocalPort: uint16(i + 1), Remote: v4.Remote})
	}
	r := newRig(t, UDP, many...)
	for _, p := range many {
		r.roads[p].down = true
	}
	r.run(time.Minute)
	open := 0
	for _, p := range many {
		if r.open[p] {
			open++
		}
	}
	if open != MaxCandidates {
		t.Errorf("%d are open, want %d", open, MaxCandidates)
	}
	r.SetCandidates(r.now, many[10:])
	r.run(time.Minute)
	if r.open[many[0]] || !r.open[many[10]] {
		t.Error("the candidates are not replaced")
	}
}
