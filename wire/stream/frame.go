package stream

import (
	"errors"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

type frameKind byte

const (
	frameOpen frameKind = 1 + iota
	frameData
	frameEnd
	frameAck
	frameCredit
	frameReset
	frameAckNow
)

const (
	// maxText bounds the target of a stream and the reason of a reset, in bytes.
	maxText = 1024
	// maxSentText bounds those that this end sends: they fit in the smallest packet.
	maxSentText = 400
)

// ackDelayUnit is the unit of the delay in an ACK.
const ackDelayUnit = 8 * time.Microsecond

var errMalformed = errors.New("malformed packet")

// frame is a frame of any kind. The fields that its kind does not have are zero.
type frame struct {
	kind   frameKind
	id     uint64
	offset uint64 // DATA, END, CREDIT; of OPEN the window
	number uint64 // of OPEN the kind of the stream, of RESET the code
	bytes  []byte // DATA, END; of OPEN the target, of RESET the text
	acked  []packetRange
	delay  time.Duration
}

// packetRange is the packets first to last.
type packetRange struct{ first, last uint64 }

func (f *frame) append(dst []byte) []byte {
	dst = append(dst, byte(f.kind))
	switch f.kind {
	case frameAckNow:
		return dst
	case frameAck:
		return f.appendAck(dst)
	case frameOpen:
		dst = protowire.AppendVarint(dst, f.id)
		dst = protowire.AppendVarint(dst, f.number)
		dst = protowire.AppendBytes(dst, f.bytes)
		return protowire.AppendVarint(dst, f.offset)
	case frameReset:
		dst = protowire.AppendVarint(dst, f.id)
		dst = protowire.AppendVarint(dst, f.number)
		return protowire.AppendBytes(dst, f.bytes)
	}
	dst = protowire.AppendVarint(dst, f.id)
	dst = protowire.AppendVarint(dst, f.offset)
	if f.kind == frameCredit {
		return dst
	}
	return protowire.AppendBytes(dst, f.bytes)
}

// appendAck appends the ranges, which are in descending order.
func (f *frame) appendAck(dst []byte) []byte {
	dst = protowire.AppendVarint(dst, f.acked[0].last)
	dst = protowire.AppendVarint(dst, uint64(f.delay/ackDelayUnit))
	dst = protowire.AppendVarint(dst, uint64(len(f.acked)-1))
	dst = protowire.AppendVarint(dst, f.acked[0].last-f.acked[0].first)
	for i, r := range f.acked[1:] {
		dst = protowire.AppendVarint(dst, f.acked[i].first-r.last-2)
		dst = protowire.AppendVarint(dst, r.last-r.first)
	}
	return dst
}

// rangeSize returns the size of a range in an ACK. above is the one before it.
func rangeSize(above, r packetRange) int {
	return protowire.SizeVarint(above.first-r.last-2) + protowire.SizeVarint(r.last-r.first)
}

// dataOverhead is the maximum size of a DATA frame without its bytes.
func dataOverhead(id, offset uint64, n int) int {
	return 1 + protowire.SizeVarint(id) + protowire.SizeVarint(offset) + protowire.SizeVarint(uint64(n))
}

// parseFrame returns the first frame of packet and the rest. The frame aliases packet, and
// has the ranges of an ACK appended to acked.
func parseFrame(packet []byte, acked []packetRange) (f frame, rest []byte, err error) {
	r := reader{rest: packet[1:]}
	f.acked = acked
	switch f.kind = frameKind(packet[0]); f.kind {
	case frameAck:
		r.ack(&f)
	case frameAckNow:
	case frameOpen:
		f.id, f.number, f.bytes, f.offset = r.varint(), r.varint(), r.text(maxText), r.varint()
	case frameReset:
		f.id, f.number, f.bytes = r.varint(), r.varint(), r.text(maxText)
	case frameCredit:
		f.id, f.offset = r.varint(), r.varint()
	case frameData, frameEnd:
		f.id, f.offset = r.varint(), r.varint()
		f.bytes = r.text(len(r.rest))
		if f.offset > maxOffset-uint64(len(f.bytes)) {
			r.failed = true
		}
	default:
		r.failed = true
	}
	if r.failed {
		return frame{}, nil, errMalformed
	}
	return f, r.rest, nil
}

// maxOffset is the largest length of a stream.
const maxOffset = 1<<62 - 1

// reader reads varints and bytes until one of them is malformed.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) varint() uint64 {
	v, n := protowire.ConsumeVarint(r.rest)
	if n < 0 || r.failed {
		r.failed, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) text(most int) []byte {
	n := r.varint()
	if n > uint64(len(r.rest)) || n > uint64(most) {
		r.failed = true
		return nil
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}

// maxAckRanges bounds the ranges of an ACK.
const maxAckRanges = 256

func (r *reader) ack(f *frame) {
	largest, delay, more, first := r.varint(), r.varint(), r.varint(), r.varint()
	if r.failed || first > largest || more >= maxAckRanges || delay > uint64(time.Minute/ackDelayUnit) {
		r.failed = true
		return
	}
	f.delay = time.Duration(delay) * ackDelayUnit
	last := packetRange{largest - first, largest}
	f.acked = append(f.acked, last)
	for ; more > 0; more-- {
		gap, n := r.varint(), r.varint()
		if r.failed || gap > last.first || last.first-gap < 2 || n > last.first-gap-2 {
			r.failed = true
			return
		}
		end := last.first - gap - 2
		last = packetRange{end - n, end}
		f.acked = append(f.acked, last)
	}
}
