package datagram

// replayWindow is the number of sequence numbers below the highest that are
// remembered. A multiple of 64.
const replayWindow = 4096

// replayFilter remembers the sequence numbers that were received (RFC 4303, section
// 3.4.3). The zero replayFilter has none.
type replayFilter struct {
	next uint64 // one above the highest
	seen [replayWindow / 64]uint64
}

// add records a number. It reports whether it is known to be the first time, which it
// cannot know of a number below the window.
func (r *replayFilter) add(seq uint64) (first bool) {
	if seq < r.next {
		if r.next-seq > replayWindow {
			return false
		}
		word, bit := r.at(seq)
		first = *word&bit == 0
		*word |= bit
		return first
	}
	for n := range min(seq-r.next, replayWindow) {
		word, bit := r.at(r.next + n)
		*word &^= bit
	}
	// The loop has cleared the numbers in between; seq has the place of one that leaves.
	r.next = seq + 1
	word, bit := r.at(seq)
	*word |= bit
	return true
}

func (r *replayFilter) at(seq uint64) (word *uint64, bit uint64) {
	slot := seq % replayWindow
	return &r.seen[slot/64], 1 << (slot % 64)
}
