package wire

const (
	// lossMemory is over how many datagrams loss is averaged.
	lossMemory = 64

	// lossSeen is the share of datagrams lost from which on repetitions are
	// worth their cost. One loss counts for a dozen datagrams.
	lossSeen = 0.01

	// lossHeavy is the share from which on one repetition is not enough.
	lossHeavy = 0.08

	// lossAtOnce is how many datagrams an outage counts for, at most.
	lossAtOnce = 4
)

// loss estimates the share of datagrams that the network loses, from gaps in
// the peer's sequence numbers and from sendings that were never acknowledged.
// What is lost one way is taken to be lost the other way too: a stock peer
// does not tell.
type loss struct {
	share  float64
	blamed uint64 // the newest state that was overdue
}

// arrived takes a datagram that came after so many that did not.
func (l *loss) arrived(missing uint64) {
	for range min(missing, lossAtOnce) {
		l.missed()
	}
	l.share -= l.share / lossMemory
}

// missed takes a datagram that seems to be lost.
func (l *loss) missed() { l.share += (1 - l.share) / lossMemory }

// overdue takes a state that was not acknowledged in time: perhaps a loss, and
// perhaps only a host that was busy. Each counts once, and one alone is not
// enough for repetitions.
func (l *loss) overdue(num uint64) {
	if num > l.blamed {
		l.blamed = num
		l.share += (1 - l.share) / (2 * lossMemory)
	}
}

// late takes one that was counted as missing and was only overtaken.
func (l *loss) late() { l.share = max(0, l.share-1./lossMemory) }

// seen reports whether datagrams are lost often enough to be worth a cost.
func (l *loss) seen() bool { return l.share >= lossSeen }

// resendExtra is how many bytes longer a diff may be from the state that the
// peer is known to hold.
func (l *loss) resendExtra() int {
	if !l.seen() {
		return resendTrust
	}
	return resendExtra
}

// repeats is how often what the user waits for is to be repeated.
func (l *loss) repeats() int {
	switch {
	case l.share >= lossHeavy:
		return 2
	case l.share >= lossSeen:
		return 1
	}
	return 0
}
