package wire

import (
	"math/rand/v2"
	"testing"
)

func TestLossOfNothing(t *testing.T) {
	var l loss
	for range 1000 {
		l.arrived(0)
	}
	if l.share != 0 || l.repeats() != 0 {
		t.Errorf("without loss the share is %v", l.share)
	}
}

// One loss is remembered for a while, and not for ever.
func TestLossIsForgotten(t *testing.T) {
	var l loss
	l.arrived(1)
	n := 0
	for ; l.repeats() > 0; n++ {
		l.arrived(0)
	}
	if n < 10 || n > lossMemory {
		t.Errorf("one loss counts for %d datagrams", n)
	}
}

func TestLossEstimate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var l loss
	var missing uint64
	sum := 0.
	const datagrams = 20_000
	for range datagrams {
		if rng.Float64() < 0.29 {
			missing++
			continue
		}
		l.arrived(missing)
		missing = 0
		sum += l.share
	}
	if mean := sum / (datagrams * 0.71); mean < 0.25 || mean > 0.33 {
		t.Errorf("29%% is estimated as %v", mean)
	}
	if l.repeats() != 2 {
		t.Errorf("heavy loss is worth %d repetitions", l.repeats())
	}
}

// What was overtaken is no loss, and an outage does not count for ever.
func TestLossIsBounded(t *testing.T) {
	var l loss
	l.arrived(1)
	l.late()
	if l.share != 0 {
		t.Errorf("overtaken once: %v", l.share)
	}
	l.arrived(1 << 60)
	if l.share > float64(lossAtOnce)/lossMemory {
		t.Errorf("an outage counts as %v", l.share)
	}
}

// A state that is overdue counts once, however often it is sent again, and one
// is not enough for repetitions: the peer may only have been busy.
func TestLossOfAcknowledgements(t *testing.T) {
	var l loss
	for range 10 {
		l.overdue(7)
	}
	if l.share == 0 || l.repeats() != 0 {
		t.Errorf("one state overdue: %v, %d repetitions", l.share, l.repeats())
	}
	if l.overdue(8); l.repeats() != 1 {
		t.Errorf("two states overdue: %v, %d repetitions", l.share, l.repeats())
	}
}
