package stream

// outgoing is the direction of a stream to the peer. It keeps the bytes until they are
// acknowledged.
type outgoing struct {
	ring   []byte // the byte at offset o is ring[o%len(ring)]; a power of two
	acked  uint64 // all before it has arrived
	end    uint64 // of the bytes that were written
	next   uint64 // the first byte that was never sent
	beyond spans  // above acked, that have arrived
	lost   spans  // to be sent again
	credit uint64 // the peer receives up to it

	ended    bool // no bytes follow
	endSent  bool
	endAcked bool
}

// unacked returns the number of bytes that are kept.
func (o *outgoing) unacked() int { return int(o.end - o.acked) }

// write appends bytes, and returns how many of them memory allows.
func (o *outgoing) write(m *memory, p []byte) int {
	if need := o.unacked() + len(p); need > len(o.ring) {
		if ring := m.get(need, len(o.ring)); ring != nil {
			o.replace(m, ring)
		}
	}
	n := min(len(p), len(o.ring)-o.unacked())
	o.copyIn(o.end, p[:n])
	o.end += uint64(n)
	return n
}

func (o *outgoing) replace(m *memory, ring []byte) {
	first, second := o.bytes(span{o.acked, o.end})
	old := o.ring
	o.ring = ring
	o.copyIn(o.acked, first)
	o.copyIn(o.acked+uint64(len(first)), second)
	m.put(old)
}

func (o *outgoing) copyIn(offset uint64, p []byte) {
	if len(p) > 0 {
		n := copy(o.ring[offset&uint64(len(o.ring)-1):], p)
		copy(o.ring, p[n:])
	}
}

// bytes returns the bytes of s, which are in two parts if the ring ends between them. They
// are valid until the next write.
func (o *outgoing) bytes(s span) (first, second []byte) {
	if s.start == s.end {
		return nil, nil
	}
	from, n := int(s.start&uint64(len(o.ring)-1)), int(s.end-s.start)
	if most := len(o.ring) - from; n > most {
		return o.ring[from:], o.ring[:n-most]
	}
	return o.ring[from : from+n], nil
}

// sendable reports whether something can be sent now.
func (o *outgoing) sendable() bool {
	return len(o.lost) > 0 || o.next < min(o.end, o.credit) || o.ended && !o.endSent && o.next == o.end
}

// take returns the next bytes to be sent, at most so many. last reports whether the stream
// ends after them.
func (o *outgoing) take(most int) (s span, last bool) {
	if len(o.lost) > 0 {
		s = o.lost[0]
		s.end = min(s.end, s.start+uint64(most))
		o.lost.remove(s)
	} else {
		s = span{o.next, min(o.end, o.credit, o.next+uint64(most))}
		s.end = max(s.end, s.start)
		o.next = s.end
	}
	if last = o.ended && s.end == o.end; last {
		o.endSent = true
	}
	return s, last
}

// arrived records that the peer has bytes, and the end if last is set.
func (o *outgoing) arrived(m *memory, s span, last bool) {
	o.endAcked = o.endAcked || last
	if s.start == s.end || s.end <= o.acked { // an END without bytes may arrive before all others
		return
	}
	s.start = max(s.start, o.acked)
	o.lost.remove(s)
	o.beyond.add(s)
	if o.beyond[0].start == o.acked {
		o.acked = o.beyond[0].end
		o.beyond.removeFirst()
	}
	if o.acked == o.end {
		m.put(o.ring)
		o.ring = nil
	}
}

// missing records that bytes were lost, and the end if last is set.
func (o *outgoing) missing(s span, last bool) {
	if last && !o.endAcked {
		o.endSent = false
	}
	s.start = max(s.start, o.acked)
	var parts [4]span
	for _, part := range o.beyond.without(parts[:0], s) {
		o.lost.add(part)
	}
}

// done reports whether all has arrived.
func (o *outgoing) done() bool { return o.endAcked && o.acked == o.end }
