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
	gaps        [reorderDepth]uint64 // missing before each of the last datagrams, the newest first
	lastOverdue uint64               // the newest state that was overdue
}

// arrived records a datagram that arrived after a gap of missing ones. They count
// as lost if reorderDepth later datagrams arrive before them.
func (l *Loss) arrived(missing uint64) {
	l.missed(missing)
	l.rate -= l.rate / lossMemory
}

// missed records a gap that the arrival of a datagram on another path shows.
func (l *Loss) missed(missing uint64) {
	lost := l.gaps[reorderDepth-1]
	copy(l.gaps[1:], l.gaps[:])
	l.gaps[0] = min(missing, maxGap)
	for range lost {
		l.rate += (1 - l.rate) / lossMemory
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
// all its copies are lost only once in 400 times; 0 to 3.
func (l *Loss) Repeats() (n int) {
	if !l.Lossy() {
		return 0
	}
	for share := l.rate; share > allLost && n < maxRepeats; n++ {
		share *= l.rate
	}
	return n
}
