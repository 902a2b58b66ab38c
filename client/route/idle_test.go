package route

import (
	"testing"
	"time"

	"gm/wire/datagram"
)

// TestIdleAsksForNothing holds that an idle session on a good path sends no probes, and
// that no deadline comes between two heartbeats.
func TestIdleAsksForNothing(t *testing.T) {
	for name, session := range map[string]func(t *testing.T) *rig{
		"UDP":              func(t *testing.T) *rig { return onUDP(t, v4, v6) },
		"UDP, SSH is kept": onBoth,
		"SSH alone": func(t *testing.T) *rig {
			r := newRig(t, SSH).withPipe()
			r.run(15 * time.Second)
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := session(t)
			r.beat = 15 * time.Second
			r.SetHeartbeat(r.beat)
			r.run(time.Minute)
			r.probes, r.log = 0, nil
			for range 20 {
				r.run(14900 * time.Millisecond)
				if d := r.Deadline().Sub(r.now); d < time.Second {
					t.Fatalf("a deadline in %v", d)
				}
				r.run(100 * time.Millisecond)
			}
			if r.probes != 0 || len(r.log) != 0 {
				t.Errorf("%d probes\n%v", r.probes, r.log)
			}
		})
	}
}

// TestWakeUps counts all decisions of an idle session, heartbeats and answers included.
func TestWakeUps(t *testing.T) {
	const most = 30 // a minute
	for name, session := range map[string]func(t *testing.T) *rig{
		"UDP blocked": func(t *testing.T) *rig { return onSSH(t, v4, v6) },
		"UDP slow": func(t *testing.T) *rig {
			r := onBoth(t)
			r.roads[v4].delay = 300 * time.Millisecond
			r.runTyping(20 * time.Second)
			return r
		},
		"nothing answers": func(t *testing.T) *rig {
			r := onUDP(t, v4, v6)
			r.roads[v4].down, r.roads[v6].down = true, true
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := session(t)
			r.run(10 * time.Minute)
			r.beat = 15 * time.Second
			r.SetHeartbeat(r.beat)
			r.calls = 0
			const minutes = 20
			r.run(minutes * time.Minute)
			if got := r.calls / minutes; got > most {
				t.Errorf("%d decisions a minute", got)
			}
		})
	}
}

func TestDecideDoesNotAllocate(t *testing.T) {
	r := onBoth(t)
	measure := func(p datagram.Path) State { return *r.states[p] }
	allocs := testing.AllocsPerRun(100, func() {
		r.now = r.now.Add(time.Millisecond)
		r.Typed(r.now)
		r.states[v4].Heard, r.states[v4].Answered = r.now, r.now
		r.Decide(r.now, measure)
		_ = r.Deadline()
	})
	if allocs > 0 {
		t.Errorf("%v allocations per decision", allocs)
	}
}
