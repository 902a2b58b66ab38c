package stream

import "google.golang.org/protobuf/encoding/protowire"

// packetWriter builds a packet.
type packetWriter struct {
	number uint64
	out    []byte
	start  int
	limit  int
	parts  []part
}

func (w *packetWriter) room() int { return w.limit - (len(w.out) - w.start) }

// ack adds as many ranges as fit in half of the packet, the newest first.
func (w *packetWriter) ack(f frame) {
	most := f.acked
	for size := 0; len(most) > 1 && size < w.limit/2; most = most[1:] {
		size += rangeSize(most[0], most[1])
	}
	f.acked = f.acked[:len(f.acked)-len(most)+1]
	w.out = f.append(w.out)
}

// stream adds the frames of s that fit, and reports whether s has no others.
func (w *packetWriter) stream(s *Stream) bool {
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
	for s.reset == nil && s.out.sendable() {
		room := w.room() - dataOverhead(s.id, s.out.next, w.limit)
		if room <= 0 {
			return false
		}
		offset, data, last := s.out.take(room)
		f := frame{kind: frameData, id: s.id, offset: offset, bytes: data}
		if last {
			f.kind = frameEnd
		}
		w.out = f.append(w.out)
		w.parts = append(w.parts, part{f.kind, s.id, span{offset, offset + uint64(len(data))}})
	}
	return true
}

// control adds a frame other than DATA, and reports whether it fits. One that fits in no
// packet has a packet of its own, which is larger than the limit.
func (w *packetWriter) control(f *frame) bool {
	before := len(w.out)
	alone := before-w.start == protowire.SizeVarint(w.number)
	if w.out = f.append(w.out); len(w.out)-w.start > w.limit && !alone {
		w.out = w.out[:before]
		return false
	}
	w.parts = append(w.parts, part{kind: f.kind, id: f.id})
	return true
}
