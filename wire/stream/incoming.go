package stream

import "errors"

var (
	errBeyondCredit = errors.New("data beyond the credit")
	errTwoEnds      = errors.New("a stream with two ends")
	// errFull means that memory is short. The packet counts as lost.
	errFull = errors.New("memory is short")
)

// incoming is the direction of a stream from the peer. It puts the bytes in order.
type incoming struct {
	buf    []byte
	from   int    // index in buf of the byte at read
	read   uint64 // bytes before it were read
	beyond spans  // above ready, that have arrived
	ready  uint64 // all before it has arrived
	credit uint64 // the peer knows that it may send up to it
	least  uint64 // the peer may send up to it even if it is more than credit
	window uint64 // the credit beyond read

	end    uint64 // the length of the stream, if ended
	ended  bool
	update bool // the peer must learn the credit
}

// receive records bytes at an offset. last reports whether the stream ends after them.
func (i *incoming) receive(m *memory, offset uint64, data []byte, last bool) error {
	end := offset + uint64(len(data))
	switch {
	case end > max(i.credit, i.least):
		return errBeyondCredit
	case i.ended && (end > i.end || last && end != i.end), last && end < i.highest():
		return errTwoEnds
	}
	if end > i.ready && len(data) > 0 { // an END without bytes may come before all others
		full := len(i.beyond) >= maxSpans || m.spans >= maxAllSpans
		if full && offset > i.ready && !i.beyond.touches(span{offset, end}) || !i.place(m, offset, data) {
			return errFull
		}
		i.arrived(m, span{max(offset, i.ready), end})
	}
	if last {
		i.ended, i.end = true, end
	}
	return nil
}

// place copies bytes to where they belong, and reports whether memory allows it.
func (i *incoming) place(m *memory, offset uint64, data []byte) bool {
	start := max(offset, i.read)
	data = data[start-offset:]
	at := int(start - i.read)
	if i.from+at+len(data) > len(i.buf) && !i.extend(m, at+len(data)) {
		return false
	}
	copy(i.buf[i.from+at:], data)
	return true
}

// extend makes room for n bytes from read on. It moves bytes only if at least a quarter as
// many were read since the last time.
func (i *incoming) extend(m *memory, n int) bool {
	kept := i.buf[i.from:][:i.highest()-i.read]
	if n > len(i.buf) || i.from < len(i.buf)/4 {
		if buf := m.get(max(n, 2*len(i.buf)), len(i.buf)); buf != nil {
			copy(buf, kept)
			m.put(i.buf)
			i.buf, i.from = buf, 0
			return true
		}
	}
	if n > len(i.buf) {
		return false
	}
	copy(i.buf, kept)
	i.from = 0
	return true
}

func (i *incoming) arrived(m *memory, s span) {
	if len(i.beyond) == 0 && s.start == i.ready {
		i.ready = s.end
		return
	}
	before := len(i.beyond)
	i.beyond.add(s)
	if i.beyond[0].start == i.ready {
		i.ready = i.beyond[0].end
		i.beyond.removeFirst()
	}
	m.spans += len(i.beyond) - before
}

func (i *incoming) highest() uint64 {
	if n := len(i.beyond); n > 0 {
		return i.beyond[n-1].end
	}
	return i.ready
}

// next returns the bytes that can be read. They are valid until the next receive.
func (i *incoming) next() []byte { return i.buf[i.from:][:i.ready-i.read] }

// consume removes n bytes of next, and extends the credit.
func (i *incoming) consume(m *memory, n int) {
	i.from += n
	i.read += uint64(n)
	if i.read == i.highest() {
		m.put(i.buf)
		i.buf, i.from = nil, 0
	}
	if !i.ended && int64(i.credit-i.read) < int64(i.window/4*3) { // read may be beyond credit
		i.credit, i.update = i.read+i.window, true
	}
}

// done reports whether all was read.
func (i *incoming) done() bool { return i.ended && i.read == i.end }
