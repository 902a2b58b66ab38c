package stream

import "errors"

var (
	errBeyondCredit = errors.New("data beyond the credit")
	errTwoEnds      = errors.New("a stream with two ends")
)

// incoming is the direction of a stream from the peer. It puts the bytes in order.
type incoming struct {
	buf    []byte // from read on; some of it may not have arrived
	read   uint64 // bytes before it were read
	beyond spans  // above ready, that have arrived
	ready  uint64 // all before it has arrived
	credit uint64 // the peer may send up to it
	window uint64 // the credit beyond read

	end    uint64 // the length of the stream, if ended
	ended  bool
	update bool // the peer must learn the credit
}

// receive records bytes at an offset. last reports whether the stream ends after them.
func (i *incoming) receive(offset uint64, data []byte, last bool) error {
	end := offset + uint64(len(data))
	switch {
	case end > i.credit:
		return errBeyondCredit
	case i.ended && (end > i.end || last && end != i.end), last && end < i.highest():
		return errTwoEnds
	}
	if last {
		i.ended, i.end = true, end
	}
	if end <= i.ready {
		return nil
	}
	if start := max(offset, i.read); start < end {
		if missing := int(end-i.read) - len(i.buf); missing > 0 {
			i.buf = append(i.buf, make([]byte, missing)...)
		}
		copy(i.buf[start-i.read:], data[start-offset:])
	}
	i.beyond.add(span{max(offset, i.ready), end})
	if len(i.beyond) > 0 && i.beyond[0].start == i.ready {
		i.ready, i.beyond = i.beyond[0].end, i.beyond[1:]
	}
	return nil
}

func (i *incoming) highest() uint64 {
	if n := len(i.beyond); n > 0 {
		return i.beyond[n-1].end
	}
	return i.ready
}

// next returns the bytes that can be read. They are valid until the next receive.
func (i *incoming) next() []byte { return i.buf[:i.ready-i.read] }

// consume removes n bytes of next, and extends the credit.
func (i *incoming) consume(n int) {
	i.buf = i.buf[n:]
	i.read += uint64(n)
	if !i.ended && i.credit-i.read < i.window/2 {
		i.credit, i.update = i.read+i.window, true
	}
}

// done reports whether all was read.
func (i *incoming) done() bool { return i.ended && i.read == i.end }
