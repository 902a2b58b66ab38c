package route

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gm/wire/datagram"
)

// TestNoFlapping changes the networks of all paths at random for an hour. The session
// must not follow each change: it goes to SSH and to another family when it must, but
// returns seldom.
func TestNoFlapping(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint("one address, seed ", seed), func(t *testing.T) {
			r := newRig(t, Auto, v4).withPipe()
			r.SetKeepSSH(true)
			r.changeAtRandom(seed, time.Hour, v4)
			// Returns after 10, 20, 40, 80, 160 s, and then 5 minutes each.
			if r.switches > 40 {
				t.Errorf("%d switches\n%v", r.switches, r.log)
			}
		})
		t.Run(fmt.Sprint("two families, seed ", seed), func(t *testing.T) {
			r := newRig(t, Auto, v4, v6).withPipe()
			r.SetKeepSSH(true)
			r.changeAtRandom(seed, time.Hour, v4, v6)
			if r.switches > 120 {
				t.Errorf("%d switches", r.switches)
			}
		})
	}
}

// changeAtRandom gives one of the paths another network every 2 to 30 s, while a key is
// typed each second.
func (r *rig) changeAtRandom(seed uint64, d time.Duration, paths ...datagram.Path) {
	r.t.Helper()
	random := rand.New(rand.NewPCG(seed, 2))
	for end := r.now.Add(d); r.now.Before(end); {
		p := paths[random.IntN(len(paths))]
		*r.roads[p] = road{
			delay: time.Duration(1+random.IntN(300)) * time.Millisecond,
			down:  random.IntN(3) == 0,
			loss:  float64(random.IntN(3)) * 0.1,
		}
		if s := r.states[p]; s != nil {
			s.Loss = 2 * r.roads[p].loss
		}
		r.runTyping(time.Duration(2+random.IntN(28)) * time.Second)
	}
}

// TestProgress holds that keys arrive within a bound whenever one path has worked for
// some time, whatever the others do. The host grants logins.
func TestProgress(t *testing.T) {
	// Silence is noticed within 3 s; a round of probes, which may be a minute later, is
	// sent at once with the first key after a pause. A login takes 8 s and one more.
	const bound = 12 * time.Second
	for seed := range uint64(30) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 3))
			r := newRig(t, Auto, v4, v6, also).withPipe()
			r.grantLogins()
			for range 40 {
				r.moveAtRandom(random)
				if r.random.IntN(3) == 0 {
					r.AddressesChanged(r.now)
				}
				r.runTyping(bound)
				arrived := r.arrived
				r.typeKey()
				r.run(3 * time.Second)
				if r.arrived == arrived {
					t.Fatalf("no key arrives at %v: %+v\n%v", r.now.Sub(epoch), r.Explain(), r.log)
				}
			}
		})
	}
}

// moveAtRandom cuts some of the paths, but not all of them. SSH connections that were cut
// once stay dead or end.
func (r *rig) moveAtRandom(random *rand.Rand) {
	paths := []datagram.Path{v4, v6, also}
	for _, p := range paths {
		r.roads[p].down = random.IntN(3) > 0
	}
	r.sshDown = random.IntN(2) == 0
	if r.sshDown || random.IntN(4) == 0 {
		for p, road := range r.roads {
			if !p.Remote.IsValid() && !road.down {
				road.down = true
				if random.IntN(2) == 0 {
					r.PipeClosed(r.now, p)
				}
			}
		}
	}
	if r.sshDown && r.roads[v4].down && r.roads[v6].down && r.roads[also].down {
		r.roads[paths[random.IntN(3)]].down = false
	}
}

// grantLogins opens a new pipe a second after each login, if SSH works.
func (r *rig) grantLogins() {
	number := uint16(10)
	r.onLogin = func() {
		r.at(r.now.Add(time.Second), func() {
			if r.sshDown {
				r.LoginFailed(r.now, false)
				return
			}
			number++
			p := datagram.Path{LocalPort: number}
			r.roads[p] = &road{delay: 20 * time.Millisecond}
			r.SetPipe(r.now, p)
		})
	}
}
