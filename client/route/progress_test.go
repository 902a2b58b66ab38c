package route_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gm/client/route"
	"gm/wire/datagram"
	"gm/wire/simnet"
)

// progressBound is how long the session may stand still after a change of the networks
// if a path works. A login begins after 8 s and takes 1 s here; the states of a client
// that was cut off are sent again in less than a second more.
const progressBound = 12 * time.Second

// TestSessionGoesOnIfAPathWorks changes all networks at random, every 30 s, but leaves
// one way that works.
func TestSessionGoesOnIfAPathWorks(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			w := newWorld(t, route.Auto, v4, v6).logIn()
			for range 20 {
				w.moveAtRandom(random)
				w.typeFor(progressBound)
				typed := uint64(w.want.Len())
				w.Run(2 * time.Second)
				if shown, _ := w.client.Remote(); shown.typed < typed {
					t.Fatalf("at %v %d keys of %d are shown; UDP %v, SSH down: %v; %+v", w.Now.Sub(epoch), shown.typed, typed, w.up, w.noSSH, w.chooser.Explain())
				}
				w.typeFor(16 * time.Second)
			}
			w.Run(5 * time.Second)
			w.wantAll()
		})
	}
}

// moveAtRandom changes all networks. The client notices half of the changes. The pipe
// ends, stands still for ever, or goes on.
func (w *world) moveAtRandom(random *rand.Rand) {
	up := 0
	for _, path := range []datagram.Path{v4, v6} {
		w.up[path] = random.IntN(3) == 0
		if w.up[path] {
			up++
		}
	}
	w.noSSH = up > 0 && random.IntN(2) == 0
	for i, path := range []datagram.Path{v4, v6} {
		link := simnet.Config{Delay: time.Duration(1+random.IntN(150)) * time.Millisecond, Jitter: 5 * time.Millisecond}
		if up > 1 && i == 0 {
			link.Loss = 0.15
		}
		w.udp[path].SetLinks(w.Now, link, random.Uint64())
		w.udp[path].SetDown(!w.up[path])
	}
	w.ssh.Delay = time.Duration(1+random.IntN(150)) * time.Millisecond
	switch end := random.IntN(3); {
	case w.pipe == nil:
	case end == 0:
		w.closePipe()
	case end == 1 || w.noSSH:
		w.pipe.SetStalled(true)
	}
	if random.IntN(2) == 0 {
		w.chooser.AddressesChanged(w.Now)
	}
}

// TestHourOfChanges changes the network of UDP at random for an hour while the pipe
// works. The session must not follow each change.
func TestHourOfChanges(t *testing.T) {
	for name, losses := range map[string]int{"outages": 1, "outages and loss": 4} {
		for seed := range uint64(3) {
			t.Run(fmt.Sprint(name, " seed ", seed), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(seed, 2))
				w := newWorld(t, route.Auto, v4).logIn()
				w.chooser.SetKeepSSH(true)
				changes := 0
				for end := w.Now.Add(time.Hour); w.Now.Before(end); changes++ {
					w.udp[v4].SetLinks(w.Now, simnet.Config{
						Delay: time.Duration(1+random.IntN(40)) * time.Millisecond, Loss: 0.1 * float64(random.IntN(losses)),
					}, random.Uint64())
					w.udp[v4].SetDown(random.IntN(3) == 0)
					w.typeFor(time.Duration(2+random.IntN(28)) * time.Second)
				}
				w.Run(10 * time.Second)
				w.wantAll()
				// UDP is left and returned to after 10, 20, 40, 80, 160 s, and then each 5 minutes.
				if w.switches < 2 || w.switches > 36 {
					t.Errorf("%d switches at %d changes", w.switches, changes)
				}
			})
		}
	}
}

// TestIdleDatagrams counts the datagrams of both ends while nothing happens.
func TestIdleDatagrams(t *testing.T) {
	for name, test := range map[string]struct {
		blocked bool
		most    int // in 10 minutes
	}{
		"UDP":                    {false, 2 * 41},
		"SSH, as UDP is blocked": {true, 2*41 + 2*2*10},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, route.Auto, v4).logIn()
			w.udp[v4].SetDown(test.blocked)
			w.typeFor(20 * time.Second)
			w.Run(2 * time.Minute)
			clear(w.datagrams)
			w.Run(10 * time.Minute)
			sum := 0
			for _, n := range w.datagrams {
				sum += n
			}
			if sum > test.most || sum < 60 {
				t.Errorf("%d datagrams, at most %d", sum, test.most)
			}
		})
	}
}
