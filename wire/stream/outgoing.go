package stream

// outgoing is the direction of a stream to the peer. It keeps the bytes until they are
// acknowledged.
type outgoing struct {
	buf    []byte // from acked on
	acked  uint64 // all before it has arrived
	next   uint64 // the first byte that was never sent
	beyond spans  // above acked, that have arrived
	lost   spans  // to be sent again
	credit uint64 // the peer receives up to it

	ended    bool // no bytes follow those in buf
	endSent  bool
	endAcked bool
}

func (o *outgoing) end() uint64 { return o.acked + uint64(len(o.buf)) }

// sendable reports whether something can be sent now.
func (o *outgoing) sendable() bool {
	return len(o.lost) > 0 || o.next < min(o.end(), o.credit) || o.ended && !o.endSent && o.next == o.end()
}

// take returns the next bytes to be sent, at most so many, and their offset. last reports
// whether the stream ends after them. The bytes are valid until the next write.
func (o *outgoing) take(most int) (offset uint64, data []byte, last bool) {
	var s span
	if len(o.lost) > 0 {
		s = o.lost[0]
		s.end = min(s.end, s.start+uint64(most))
		o.lost.remove(s)
	} else {
		s = span{o.next, min(o.end(), o.credit, o.next+uint64(most))}
		s.end = max(s.end, s.start)
		o.next = s.end
	}
	if last = o.ended && s.end == o.end(); last {
		o.endSent = true
	}
	return s.start, o.buf[s.start-o.acked : s.end-o.acked], last
}

// arrived records that the peer has bytes, and the end if last is set.
func (o *outgoing) arrived(s span, last bool) {
	o.endAcked = o.endAcked || last
	if s.end <= o.acked {
		return
	}
	s.start = max(s.start, o.acked)
	o.lost.remove(s)
	o.beyond.add(s)
	if len(o.beyond) > 0 && o.beyond[0].start == o.acked {
		end := o.beyond[0].end
		o.buf = o.buf[end-o.acked:]
		o.acked, o.beyond = end, o.beyond[1:]
	}
}

// missing records that bytes were lost, and the end if last is set.
func (o *outgoing) missing(s span, last bool) {
	if last && !o.endAcked {
		o.endSent = false
	}
	s.start = max(s.start, o.acked)
	for _, part := range o.beyond.without(s) {
		o.lost.add(part)
	}
}

// done reports whether all has arrived.
func (o *outgoing) done() bool { return o.endAcked && len(o.buf) == 0 }
