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
	rate float64

	// badRate and longRate are the share that was lost while the path was not full,
	// over lossMemory and over longMemory datagrams.
	badRate, longRate float64

	gaps        [reorderDepth]uint64 // missing before each of the last datagrams, the newest first
	lastOverdue uint64               // the newest state that was overdue
}

// arrived records a datagram that arrived after a gap of missing ones. They count
// as lost if reorderDepth later datagrams arrive before them. full reports whether
// the path is full.
func (l *Loss) arrived(missing uint64, full bool) {
	l.missed(missing, full)
	l.rate -= l.rate / lossMemory
	l.badRate -= l.badRate / lossMemory
	l.longRate -= l.longRate / longMemory
}

// missed records a gap that the arrival of a datagram on another path shows.
func (l *Loss) missed(missing uint64, full bool) {
	lost := l.gaps[reorderDepth-1]
	copy(l.gaps[1:], l.gaps[:])
	l.gaps[0] = min(missing, maxGap)
	for range lost {
		l.lost(1, full)
	}
}

// lost records the loss of a datagram, or of a part of one.
func (l *Loss) lost(part float64, full bool) {
	l.rate += part * (1 - l.rate) / lossMemory
	if !full {
		l.badRate += part * (1 - l.badRate) / lossMemory
		l.longRate = min(l.longRate+part*(1-l.longRate)/longMemory, longMax)
	}
}

// notFull records that the path was not full recently though it seemed so.
func (l *Loss) notFull() {
	l.badRate = max(l.badRate, l.rate)
	l.longRate = max(l.longRate, min(l.rate, longMax))
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
	l.badRate = max(0, l.badRate-1./lossMemory)
	l.longRate = max(0, l.longRate-1./longMemory)
}

// Overdue records that the state num was not acknowledged in time, because of a
// loss or of a busy host. Each state counts once, and half of a lost datagram:
// one alone does not reach the rate of Lossy. full reports whether the path is
// full.
func (l *Loss) Overdue(num uint64, full bool) {
	if num > l.lastOverdue {
		l.lastOverdue = num
		l.lost(1./2, full)
	}
}

// Rate returns the share of datagrams that are lost, 0 to 1.
func (l *Loss) Rate() float64 { return l.rate }

// Lossy reports whether datagrams are lost often enough to send for that.
func (l *Loss) Lossy() bool { return l.rate >= lossSeen }

// Repeats returns how often a datagram that the user waits for is repeated, so that
// all its copies are lost only once in 400 times; 0 to 3, and 1 if little was lost
// recently. What was lost while the path was full does not count.
func (l *Loss) Repeats() (n int) {
	if l.badRate < lossSeen && l.longRate < rareLossSeen {
		return 0
	}
	n = 1
	for share := l.badRate * l.badRate; share > allLost && n < maxRepeats; n++ {
		share *= l.badRate
	}
	return n
}
