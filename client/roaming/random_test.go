package roaming

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"gm/client/route"
)

// TestRandomNetworks changes the network at random while the user types: whenever something
// works for long enough, all keys have arrived once and in order. The user is told once that
// the session goes through SSH.
func TestRandomNetworks(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			testWorld(t, config{}, func(t *testing.T, w *world) {
				random := rand.New(rand.NewPCG(seed, 1))
				for n := range byte(4) {
					for range 5 {
						w.changeAtRandom(random)
						w.typeFor(time.Duration(1+random.IntN(10)) * time.Second)
					}
					w.repair(random, n)
					w.typeFor(75 * time.Second) // a round of probes, or a login, is due after a minute at most
					w.expectAll()
				}
				ssh := 0
				for _, n := range w.notices {
					if n == route.NoticeSSH {
						ssh++
					}
				}
				if ssh > 1 || w.refusal != nil {
					t.Errorf("%d notices, refusal %v", ssh, w.refusal)
				}
			})
		})
	}
}

func (w *world) changeAtRandom(random *rand.Rand) {
	switch random.IntN(7) {
	case 0:
		w.roads[host4].setDown(random.IntN(2) == 0)
	case 1:
		w.roads[host6].setDown(random.IntN(2) == 0)
	case 2:
		w.cutSSH()
	case 3:
		w.move(randomAddr(random, client4, moved4), randomAddr(random, client6, moved6))
	case 4:
		w.dialer.set(nil, []error{nil, errDial, errQuestion}[random.IntN(3)])
	case 5:
		w.roads[host4].longest = []int{0, 1132, 400}[random.IntN(3)]
	case 6:
		w.blocked = w.port
	}
}

func randomAddr(random *rand.Rand, addrs ...netip.Addr) netip.Addr {
	return append(addrs, netip.Addr{})[random.IntN(len(addrs)+1)]
}

// repair makes UDP over one family work, or logins, on another network.
func (w *world) repair(random *rand.Rand, n byte) {
	w.blocked = 0
	new4, new6 := netip.AddrFrom4([4]byte{203, 0, 113, n}), netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 15: n})
	switch random.IntN(3) {
	case 0:
		w.roads[host4].setDown(false)
		w.roads[host4].longest = 0
		w.move(new4, netip.Addr{})
	case 1:
		w.roads[host6].setDown(false)
		w.move(netip.Addr{}, new6)
	case 2:
		w.dialer.set(nil, nil)
		w.move(new4, new6)
	}
}
