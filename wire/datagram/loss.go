package datagram

const (
	// lossMemory is the number of datagrams that loss is averaged over.
	lossMemory = 64

	// reorderDepth is the number of later datagrams after which a missing one is
	// lost, and not overtaken (RFC 5681, section 3.2).
	reorderDepth = 3

	// lossSeen is the loss rate from which repetitions are worth their cost. One
	// loss keeps the rate above it for a dozen datagrams.
	lossSeen = 0.01

	// allLost is the share of datagrams of which all copies may be lost.
	allLost = 0.0025

	// maxRepeats is the maximum of the repetitions of a datagram.
	maxRepeats = 3

	// longMemory is the number of datagrams that a small rate is averaged over: one
	// loss of a hundred is too rare for lossMemory.
	longMemory = 256

	// rareLossSeen is that rate from which one repetition is worth its cost. One loss
	// alone does not reach it, two out of a hundred do.
	rareLossSeen = 0.006

	// longMax bounds that rate, so that a path that has become good is soon taken for
	// one.
	longMax = 0.03

	// maxGap is the number of datagrams that a gap in the sequence numbers, such
	// as an outage, counts for at most.
	maxGap = 4
)

// Loss estimates the share of datagrams that the network loses, from gaps in
// the peer's sequence numbers and from states that were not acknowledged in
// time. Both directions are assumed to lose the same share, because the
// protocol has no report of losses. The zero Loss has seen none.
type Loss struct {
	rate        float64
	longRate    float64              // over longMemory
	gaps        [reorderDepth]uint64 // missing before each of the last datagrams, the newest first
	lastOverdue uint64               // the newest state that was overdue
}

// arrived records a datagram that arrived after a gap of missing ones. They count
// as lost if reorderDepth later datagrams arrive before them.
func (l *Loss) arrived(missing uint64) {
	l.missed(missing)
	l.rate -= l.rate / lossMemory
	l.longRate -= l.longRate / longMemory
}

// missed records a gap that the arrival of a datagram on another path shows.
func (l *Loss) missed(missing uint64) {
	lost := l.gaps[reorderDepth-1]
	copy(l.gaps[1:], l.gaps[:])
	l.gaps[0] = min(missing, maxGap)
	for range lost {
		l.rate += (1 - l.rate) / lossMemory
		l.longRate = min(l.longRate+(1-l.longRate)/longMemory, longMax)
	}
}

// reordered records a datagram that was overtaken. It was the oldest of those
// missing.
func (l *Loss) reordered() {
	for i := reorderDepth - 1; i >= 0; i-- {
		if l.gaps[i] > 0 {
			l.gaps[i]--
			return
		}
	}
	l.rate = max(0, l.rate-1./lossMemory)
	l.longRate = max(0, l.longRate-1./longMemory)
}

// Overdue records that the state num was not acknowledged in time, because of a
// loss or of a busy host. Each state counts once, and half of a lost datagram:
// one alone does not reach the rate of Lossy.
func (l *Loss) Overdue(num uint64) {
	if num > l.lastOverdue {
		l.lastOverdue = num
		l.rate += (1 - l.rate) / (2 * lossMemory)
	}
}

// Rate returns the share of datagrams that are lost, 0 to 1.
func (l *Loss) Rate() float64 { return l.rate }

// Lossy reports whether datagrams are lost often enough for repetitions to be
// worth their cost.
func (l *Loss) Lossy() bool { return l.rate >= lossSeen }

// Repeats returns how often a datagram that the user waits for is repeated, so that
// all its copies are lost only once in 400 times; 0 to 3, and 1 if little was lost
// recently.
func (l *Loss) Repeats() (n int) {
	if !l.Lossy() && l.longRate < rareLossSeen {
		return 0
	}
	n = 1
	for share := l.rate * l.rate; share > allLost && n < maxRepeats; n++ {
		share *= l.rate
	}
	return n
}
