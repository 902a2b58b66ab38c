package session

import (
	"testing"
	"time"

	"gm/wire/simnet"
)

// An idle server wakes for its heartbeat every 3 s and for nothing else; its client's
// wakes it as often.
func TestNothingWakesAnIdleServer(t *testing.T) {
	r := newRig(t, Timeouts{}, simnet.Config{Delay: 50 * time.Millisecond})
	r.resize(80, 24)
	r.typeKeys("x")
	r.Run(10 * time.Second)
	wakes, packets := 0, len(r.host.sent)
	for end := r.Now.Add(time.Minute); r.Now.Before(end); {
		due, sent := r.session.Deadline(r.Now), len(r.host.sent)
		if r.Now = r.Next(); !r.Now.Before(end) {
			break
		}
		r.Settle()
		if due.After(r.Now) {
			continue
		}
		if wakes++; len(r.host.sent) == sent {
			t.Errorf("woken for nothing at %v", r.Now.Sub(epoch))
		}
	}
	if packets = len(r.host.sent) - packets; wakes > 20 || packets > 20 {
		t.Errorf("%d wake-ups and %d datagrams in an idle minute, want 20", wakes, packets)
	}
}

// A server whose client is away has no deadline, without a timeout of the user's.
func TestNothingWakesADetachedServer(t *testing.T) {
	r := connected(t)
	r.cut = true
	r.Run(time.Minute)
	if at := r.session.Deadline(r.Now); !at.IsZero() {
		t.Errorf("it wakes in %v", at.Sub(r.Now))
	}
	r.write("output that nobody sees")
	if at := r.session.Deadline(r.Now); !at.IsZero() {
		t.Errorf("after output it wakes in %v", at.Sub(r.Now))
	}
}
