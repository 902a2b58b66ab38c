package stream

import "google.golang.org/protobuf/encoding/protowire"

// packetWriter builds a packet.
type packetWriter struct {
	out   []byte
	start int
	empty int // the length of out without frames
	limit int
	parts []part
}

// begin begins a packet after dst.
func (w *packetWriter) begin(dst []byte, number uint64, limit int) {
	out := protowire.AppendVarint(dst, number)
	*w = packetWriter{out: out, start: len(dst), empty: len(out), limit: limit, parts: w.parts[:0]}
}

func (w *packetWriter) size() int { return len(w.out) - w.start }

// minData is the least room for a DATA frame.
const minData = 32

// dataRoom returns how many bytes of s a DATA frame may have.
func (w *packetWriter) dataRoom(s *Stream) int {
	return w.limit - w.size() - dataOverhead(s.id, s.out.end, w.limit)
}

// ack adds as many ranges as fit in half of the packet, the newest first.
func (w *packetWriter) ack(f frame) {
	most := f.acked
	for size := 0; len(most) > 1 && size < w.limit/2; most = most[1:] {
		size += rangeSize(most[0], most[1])
	}
	f.acked = f.acked[:len(f.acked)-len(most)+1]
	w.out = f.append(w.out)
}

// stream adds frames of s, and reports whether the packet has room for others.
func (w *packetWriter) stream(s *Stream) bool {
	if s.class == classControl {
		return w.controls(s)
	}
	for s.out.sendable() {
		room := w.dataRoom(s)
		if room < minData && len(w.out) > w.empty || room <= 0 {
			return false
		}
		bytes, last := s.out.take(room)
		kind := frameData
		if last {
			kind = frameEnd
		}
		w.out = appendData(w.out, kind, s, bytes)
		w.parts = append(w.parts, part{kind, s.id, bytes})
	}
	return true
}

func appendData(dst []byte, kind frameKind, s *Stream, bytes span) []byte {
	first, second := s.out.bytes(bytes)
	dst = append(dst, byte(kind))
	dst = protowire.AppendVarint(dst, s.id)
	dst = protowire.AppendVarint(dst, bytes.start)
	dst = protowire.AppendVarint(dst, bytes.end-bytes.start)
	return append(append(dst, first...), second...)
}

// controls adds the frames of s that are not DATA, and reports whether they fit.
func (w *packetWriter) controls(s *Stream) bool {
	if s.resetDue {
		f := frame{kind: frameReset, id: s.id, number: s.reset.Code, bytes: []byte(s.reset.Text)}
		if !w.control(&f) {
			return false
		}
		s.resetDue, s.opened = false, true
		return true
	}
	if !s.opened {
		f := frame{kind: frameOpen, id: s.id, number: s.Kind, bytes: s.Target, offset: s.in.credit}
		if !w.control(&f) {
			return false
		}
		s.opened, s.in.update = true, false
	}
	if s.in.update {
		f := frame{kind: frameCredit, id: s.id, offset: s.in.credit}
		if !w.control(&f) {
			return false
		}
		s.in.update = false
	}
	return true
}

// control adds a frame other than DATA, and reports whether it fits. One that fits in no
// packet has a packet of its own, which is larger than the limit.
func (w *packetWriter) control(f *frame) bool {
	before := len(w.out)
	if w.out = f.append(w.out); w.size() > w.limit && before > w.empty {
		w.out = w.out[:before]
		return false
	}
	w.parts = append(w.parts, part{kind: f.kind, id: f.id})
	return true
}
