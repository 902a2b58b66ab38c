package route

import (
	"testing"
	"time"

	"gm/wire/datagram"
)

func TestSizesThatPass(t *testing.T) {
	for name, test := range map[string]struct {
		longest int
		want    int // probe that comes back
		within  time.Duration
	}{
		"any":                         {0, datagram.MTUv4, 100 * time.Millisecond},
		"a tunnel of 1280 bytes":      {1232, 1168, time.Second},
		"a tunnel of 1160 bytes":      {1112, 1000, 2 * time.Second},
		"a tunnel of 600 bytes":       {552, 500, 3 * time.Second},
		"the largest one, to the bit": {datagram.MTUv4, datagram.MTUv4, 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, Auto, v4).withPipe()
			r.roads[v4].longest = test.longest
			r.run(test.within)
			if got := r.states[v4].Largest; got != test.want {
				t.Errorf("%d bytes have passed after %v, want %d", got, test.within, test.want)
			}
			r.wantPreferred(v4)
			r.run(12 * time.Second)
			r.wantPreferred(v4)
			if !r.has("close ssh") || r.has("notice") {
				t.Error(r.log)
			}
		})
	}
}

// TestOnlySmallDatagramsPass holds that SSH is used if not even 500 bytes pass, and that
// the search for a size goes on.
func TestOnlySmallDatagramsPass(t *testing.T) {
	r := newRig(t, Auto, v4).withPipe()
	r.roads[v4].longest = 400
	r.run(5 * time.Second)
	if len(r.route.Copies) == 0 {
		t.Error("no copies before a size has passed")
	}
	r.run(10 * time.Second)
	r.wantPreferred(pipe)
	if e := r.Explain(); e.Reason != ReasonUnproven {
		t.Errorf("explained by %v", e.Reason)
	}
	r.probes = 0
	r.run(10 * time.Minute)
	if r.probes > 60 {
		t.Errorf("%d probes in 10 minutes", r.probes)
	}
	r.roads[v4].longest = 0
	r.runUntil(70*time.Second, "not on UDP", func() bool { return r.route.Preferred == v4 })
}

func TestSizeIsSearchedAgainAfterAChange(t *testing.T) {
	r := newRig(t, Auto, v4).withPipe()
	r.SetKeepSSH(true)
	r.roads[v4].longest = 1100
	r.run(15 * time.Second)
	r.roads[v4].longest = 0
	r.AddressesChanged(r.now)
	r.states[v4].Largest = 0 // as the transport's PathChanged does
	r.run(time.Second)
	if got := r.states[v4].Largest; got != datagram.MTUv4 {
		t.Errorf("%d bytes have passed", got)
	}
	r.wantPreferred(v4)
}

// TestSizeIsSearchedBeforeUDPIsLeft holds that a size that is unknown again is no reason
// to leave UDP at once.
func TestSizeIsSearchedBeforeUDPIsLeft(t *testing.T) {
	r := newRig(t, Auto, v4).withPipe()
	r.SetKeepSSH(true)
	r.run(time.Minute)
	r.roads[v4].longest = 1100
	r.AddressesChanged(r.now)
	r.states[v4].Largest = 0
	r.run(3 * time.Second)
	if got := r.states[v4].Largest; got != 1000 {
		t.Errorf("%d bytes have passed", got)
	}
	if r.switches != 1 || len(r.route.Copies) != 0 {
		t.Error(r.log)
	}
}
