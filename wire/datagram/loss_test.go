package datagram

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestLossOfNothing(t *testing.T) {
	var l Loss
	for range 1000 {
		l.arrived(0, false)
	}
	if l.rate != 0 || l.Lossy() {
		t.Errorf("without loss the share is %v", l.rate)
	}
}

// TestLossIsForgotten checks that one loss counts for a limited number of
// datagrams.
func TestLossIsForgotten(t *testing.T) {
	var l Loss
	l.lose(1)
	n := 0
	for ; l.Lossy(); n++ {
		l.arrived(0, false)
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
		l.arrived(missing, false)
		missing = 0
		sum += l.rate
	}
	if mean := sum / (datagrams * 0.71); mean < 0.25 || mean > 0.33 {
		t.Errorf("29%% is estimated as %v", mean)
	}
	if got := l.Repeats(); got != maxRepeats {
		t.Errorf("at a rate of %v a datagram is repeated %d times", l.rate, got)
	}
}

// lose records a loss that is not taken for reordering.
func (l *Loss) lose(missing uint64) {
	l.arrived(missing, false)
	for range reorderDepth {
		l.arrived(0, false)
	}
}

// TestReorderedIsNotLost overtakes a datagram by others. It counts as lost if they are
// three, until it arrives.
func TestReorderedIsNotLost(t *testing.T) {
	for later := range 5 {
		t.Run(fmt.Sprintf("by %d", later+1), func(t *testing.T) {
			var l Loss
			l.arrived(1, false)
			for range later {
				l.arrived(0, false)
			}
			if got, want := l.Lossy(), later >= reorderDepth; got != want {
				t.Errorf("lossy %v, want %v", got, want)
			}
			if l.reordered(); l.rate != 0 {
				t.Errorf("after its arrival the rate is %v", l.rate)
			}
		})
	}
}

// TestReorderedBesideLost loses a datagram for good while another one is overtaken.
func TestReorderedBesideLost(t *testing.T) {
	var l Loss
	l.arrived(1, false)
	l.arrived(1, false)
	l.reordered()
	for range reorderDepth {
		l.arrived(0, false)
	}
	if l.rate == 0 || l.rate > 1./lossMemory {
		t.Errorf("the rate is %v, want that of one loss", l.rate)
	}
}

// TestOutageIsBounded bounds the weight of an outage.
func TestOutageIsBounded(t *testing.T) {
	var l Loss
	l.lose(1 << 60)
	if l.rate == 0 || l.rate > float64(maxGap)/lossMemory {
		t.Errorf("an outage counts as %v", l.rate)
	}
}

// TestRareLossIsRemembered loses every hundredth datagram: after a few of them there is one
// repetition, without pause until long after the last.
func TestRareLossIsRemembered(t *testing.T) {
	var l Loss
	without := 0
	for n := range 2000 {
		l.arrived(uint64(n%100/99), false)
		if n > 500 && l.Repeats() != 1 {
			without++
		}
	}
	if without > 0 {
		t.Errorf("without repetition are %d datagrams", without)
	}
	for range 4 * longMemory {
		l.arrived(0, false)
	}
	if n := l.Repeats(); n != 0 {
		t.Errorf("long after the last loss there are %d repetitions", n)
	}
}

// TestHeavyLossIsForgotten checks how long a path is repeated on that has become good.
func TestHeavyLossIsForgotten(t *testing.T) {
	var l Loss
	for range 1000 {
		l.arrived(1, false)
	}
	n := 0
	for ; l.Repeats() > 0; n++ {
		l.arrived(0, false)
	}
	if n > 2*longMemory {
		t.Errorf("heavy loss counts for %d datagrams", n)
	}
}

// TestLossOfAFullPath loses every tenth datagram of a path that is full. The rate counts
// them, but nothing is repeated, neither then nor afterwards.
func TestLossOfAFullPath(t *testing.T) {
	var l Loss
	for n := range uint64(1000) {
		l.arrived(n%10/9, true)
		l.Overdue(n, true)
	}
	if !l.Lossy() || l.Rate() < 0.05 {
		t.Errorf("the rate is %v", l.Rate())
	}
	if n := l.Repeats(); n != 0 {
		t.Errorf("%d repetitions on a path that is full", n)
	}
}

// TestLossOfAPathThatWasNotFull loses every tenth datagram of a path that seems to be full
// and proves to be longer: that is a reason for repetitions.
func TestLossOfAPathThatWasNotFull(t *testing.T) {
	var l Loss
	for n := range uint64(100) {
		l.arrived(n%10/9, true)
	}
	if l.notFull(); l.Repeats() < 1 || l.badRate != l.rate || l.longRate > longMax {
		t.Errorf("%d repetitions at %v, %v", l.Repeats(), l.badRate, l.longRate)
	}
	l.badRate = 2 * l.rate
	if l.notFull(); l.badRate != 2*l.rate {
		t.Error("earlier losses are forgotten")
	}
}

func TestRepeats(t *testing.T) {
	for _, c := range []struct {
		percent float64
		want    int
	}{{0, 0}, {0.9, 0}, {1, 1}, {4.9, 1}, {5.1, 2}, {10, 2}, {13, 2}, {14, 3}, {29, 3}, {100, 3}} {
		t.Run(fmt.Sprintf("%v%%", c.percent), func(t *testing.T) {
			l := Loss{badRate: c.percent / 100}
			if got := l.Repeats(); got != c.want {
				t.Errorf("%d repetitions, want %d", got, c.want)
			}
		})
	}
}

// TestLossOfAcknowledgements checks that an overdue state counts once, however often
// it is sent again, and that one is not enough for repetitions: the peer may have
// been busy.
func TestLossOfAcknowledgements(t *testing.T) {
	var l Loss
	for range 10 {
		l.Overdue(7, false)
	}
	if l.rate == 0 || l.Lossy() {
		t.Errorf("one state overdue: %v, lossy %v", l.rate, l.Lossy())
	}
	if l.Overdue(8, false); l.Repeats() != 1 {
		t.Errorf("two states overdue: %v, %d repetitions", l.rate, l.Repeats())
	}
}
