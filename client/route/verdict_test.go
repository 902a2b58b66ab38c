package route

import (
	"testing"
	"time"
)

// onBoth returns a rig whose session is on UDP with the pipe kept.
func onBoth(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, Auto, v4).withPipe()
	r.SetKeepSSH(true)
	r.run(15 * time.Second)
	r.wantPreferred(v4)
	r.log, r.switches, r.probes = nil, 0, 0
	return r
}

func TestSlowUDPLosesToSSH(t *testing.T) {
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		udp, ssh time.Duration // each way
		loses    bool
	}{
		"as fast":                           {20 * ms, 20 * ms, false},
		"not twice as slow":                 {38 * ms, 20 * ms, false},
		"over twice as slow":                {45 * ms, 20 * ms, true},
		"many times as slow, but not 20 ms": {9 * ms, 1 * ms, false},
		"much slower":                       {400 * ms, 20 * ms, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := onBoth(t)
			r.roads[v4].delay, r.roads[pipe].delay = test.udp, test.ssh
			r.runTyping(30 * time.Second)
			if !test.loses {
				r.wantPreferred(v4)
				return
			}
			r.wantPreferred(pipe)
			if e := r.Explain(); e.Reason != ReasonUDPSlow && e.Reason != ReasonUDPTrial {
				t.Errorf("explained by %v", e.Reason)
			}
			r.roads[v4].delay = 25 * ms
			at := r.now
			r.runUntil(10*time.Minute, "not back", func() bool { return r.route.Preferred == v4 })
			if d := r.now.Sub(at); d < 8*time.Second {
				t.Errorf("back after %v", d)
			}
		})
	}
}

func TestSlowUDPAtTheStart(t *testing.T) {
	r := newRig(t, Auto, v4).withPipe()
	r.roads[v4].delay = 150 * time.Millisecond
	r.run(15 * time.Second)
	r.wantPreferred(pipe)
	if r.has("close ssh") || r.count("notice") != 1 {
		t.Error(r.log)
	}
}

func TestLossyUDPLosesToSSH(t *testing.T) {
	r := onBoth(t)
	r.lossy(v4, 0.4)
	r.runTyping(9 * time.Second)
	r.wantPreferred(v4)
	r.runTyping(5 * time.Second)
	r.wantPreferred(pipe)
	r.runTyping(10 * time.Minute)
	r.wantPreferred(pipe)
	r.lossy(v4, 0)
	r.runUntil(6*time.Minute, "not back", func() bool { return r.route.Preferred == v4 })
}

// TestStallingSSHIsNoBetter loses UDP datagrams in a network in which TCP stalls.
func TestStallingSSHIsNoBetter(t *testing.T) {
	r := newRig(t, Auto, v4).withPipe()
	r.run(5 * time.Second)
	r.wantPreferred(v4)
	r.lossy(v4, 0.29)
	r.roads[pipe].delay = time.Second
	r.runTyping(time.Minute)
	r.wantPreferred(v4)
	if r.count("notice") != 0 || r.count("close ssh") != 1 {
		t.Error(r.log)
	}
}

// TestBothPathsBecomeSlow keeps a smoothed round trip time of the pipe that is of the time
// before.
func TestBothPathsBecomeSlow(t *testing.T) {
	r := onBoth(t)
	r.roads[v4].delay, r.roads[pipe].delay = 250*time.Millisecond, 250*time.Millisecond
	for range 30 {
		r.states[pipe].SRTT = 20 * time.Millisecond
		r.runTyping(time.Second)
		r.wantPreferred(v4)
	}
}

// TestLossOfAnOutage keeps the measured loss of an outage that is over: what is sent now
// arrives.
func TestLossOfAnOutage(t *testing.T) {
	r := onBoth(t)
	for range 60 {
		r.states[v4].Loss = 0.5
		r.runTyping(time.Second)
		r.wantPreferred(v4)
	}
}

// TestLossyUDPWithoutSSH holds that loss alone is no reason for a login.
func TestLossyUDPWithoutSSH(t *testing.T) {
	r := onUDP(t, v4)
	r.states[v4].Loss = 0.3
	r.runTyping(5 * time.Minute)
	r.wantPreferred(v4)
	if r.has("login") {
		t.Error(r.log)
	}
}

func TestLossyUDPMovesToOtherFamily(t *testing.T) {
	r := onUDP(t, v4, v6)
	r.lossy(v4, 0.4)
	r.runTyping(2 * time.Minute)
	r.wantPreferred(v6)
	r.lossy(v4, 0)
	r.runTyping(10 * time.Minute)
	if r.switches != 1 {
		t.Error(r.log)
	}
}

func TestOtherFamilyIsNoBetter(t *testing.T) {
	r := onUDP(t, v4, v6)
	r.states[v4].Loss, r.roads[v6].loss = 0.3, 0.5
	r.runTyping(20 * time.Minute)
	r.wantPreferred(v4)
	// Trials after 10, 20, 40, 80, 160 s, and then 5 minutes.
	if n := r.count("open"); n < 3 || n > 10 {
		t.Errorf("%d trials", n)
	}
	r.states[v4].Loss = 0
	r.run(15 * time.Second)
	if r.open[v6] {
		t.Error("the socket of the trial is open")
	}
}

func TestReturnsBackOff(t *testing.T) {
	r := onBoth(t)
	var away []time.Duration
	for range 9 {
		r.roads[v4].down = true
		r.runTyping(10 * time.Second)
		r.wantPreferred(pipe)
		left := r.now
		r.roads[v4].down = false
		r.runUntil(20*time.Minute, "not back", func() bool { return r.route.Preferred == v4 })
		away = append(away, r.now.Sub(left))
		r.runTyping(20 * time.Second)
	}
	for i, d := range away[3:8] {
		if d < minHold<<i || d > 7*time.Minute {
			t.Errorf("absence %d takes %v", i+3, d)
		}
	}
	// A long time on UDP forgives.
	r.runTyping(stableFor)
	r.roads[v4].down = true
	r.runTyping(10 * time.Second)
	r.roads[v4].down = false
	r.runUntil(10*time.Second, "not back at once", func() bool { return r.route.Preferred == v4 })
	t.Log(away)
}

func TestPipeLostDuringHold(t *testing.T) {
	r := onBoth(t)
	r.roads[v4].delay = 300 * time.Millisecond
	r.runTyping(20 * time.Second)
	r.wantPreferred(pipe)
	r.PipeClosed(r.now, pipe)
	r.decide()
	r.wantPreferred(v4)
	r.run(20 * time.Second)
	if r.has("login") {
		t.Error("UDP works, and a login is tried")
	}
	if e := r.Explain(); e.Kind != KindUDP || e.Reason != ReasonGood {
		t.Errorf("explained by %+v", e)
	}
}
