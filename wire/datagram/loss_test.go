package datagram

import (
	"math/rand/v2"
	"testing"
)

func TestLossOfNothing(t *testing.T) {
	var l Loss
	for range 1000 {
		l.arrived(0)
	}
	if l.rate != 0 || l.Lossy() {
		t.Errorf("without loss the share is %v", l.rate)
	}
}

// TestLossIsForgotten checks that one loss counts for a limited number of
// datagrams.
func TestLossIsForgotten(t *testing.T) {
	var l Loss
	l.arrived(1)
	n := 0
	for ; l.Lossy(); n++ {
		l.arrived(0)
	}
	if n < 10 || n > lossMemory {
		t.Errorf("one loss counts for %d datagrams", n)
	}
}

func TestLossEstimate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var l Loss
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
		sum += l.rate
	}
	if mean := sum / (datagrams * 0.71); mean < 0.25 || mean > 0.33 {
		t.Errorf("29%% is estimated as %v", mean)
	}
	if !l.Heavy() {
		t.Errorf("a rate of %v is not heavy", l.rate)
	}
}

// TestLossIsBounded checks that a reordered datagram does not count as lost, and
// bounds the weight of an outage.
func TestLossIsBounded(t *testing.T) {
	var l Loss
	l.arrived(1)
	l.reordered()
	if l.rate != 0 {
		t.Errorf("overtaken once: %v", l.rate)
	}
	l.arrived(1 << 60)
	if l.rate > float64(maxGap)/lossMemory {
		t.Errorf("an outage counts as %v", l.rate)
	}
}

// TestLossOfAcknowledgements checks that an overdue state counts once, however often
// it is sent again, and that one is not enough for repetitions: the peer may have
// been busy.
func TestLossOfAcknowledgements(t *testing.T) {
	var l Loss
	for range 10 {
		l.Overdue(7)
	}
	if l.rate == 0 || l.Lossy() {
		t.Errorf("one state overdue: %v, lossy %v", l.rate, l.Lossy())
	}
	if l.Overdue(8); !l.Lossy() || l.Heavy() {
		t.Errorf("two states overdue: %v, lossy %v, heavy %v", l.rate, l.Lossy(), l.Heavy())
	}
}
