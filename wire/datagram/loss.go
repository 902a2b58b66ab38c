package datagram

const (
	// lossMemory is the number of datagrams that loss is averaged over.
	lossMemory = 64

	// lossSeen is the loss rate from which repetitions are worth their cost. One
	// loss keeps the rate above it for a dozen datagrams.
	lossSeen = 0.01

	// lossHeavy is the loss rate from which one repetition is not enough.
	lossHeavy = 0.08

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
	lastOverdue uint64 // the newest state that was overdue
}

// arrived records a datagram that arrived after a gap of missing ones.
func (l *Loss) arrived(missing uint64) {
	for range min(missing, maxGap) {
		l.rate += (1 - l.rate) / lossMemory
	}
	l.rate -= l.rate / lossMemory
}

func (l *Loss) reordered() { l.rate = max(0, l.rate-1./lossMemory) }

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

// Heavy reports whether datagrams are lost so often that one repetition is not
// enough.
func (l *Loss) Heavy() bool { return l.rate >= lossHeavy }
