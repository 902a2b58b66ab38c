package passthrough

import (
	"bytes"
	"time"

	"gm/vt/passage"
	"gm/wire/stream"
)

const (
	// maxPassages bounds the passages that wait. Others are reset.
	maxPassages = 16
	// maxWrite bounds the bytes that are written to the terminal at once.
	maxWrite = 64 << 10

	// codeCancelled is the code of a RESET of a stream of no more use (protocol, section
	// 11.14).
	codeCancelled = 17
)

// Reader has the passages that have arrived. Its owner is the session's loop. The zero Reader
// has none.
type Reader struct {
	// Off refuses all passages.
	Off bool
	// ITerm2 reports whether the terminal is iTerm2. It gets every byte of a control mode,
	// and files; others get no control characters, and no files.
	ITerm2 bool
	// NoOSC reports whether the terminal may print operating system commands.
	NoOSC bool

	list     []arrived // the first one is in the terminal if active
	active   bool
	control  passage.Control
	filter   filter
	transfer transfer // of the first one, unless that is a control mode
}

// arrived is a passage that has begun.
type arrived struct {
	passage.Target
	stream *stream.Stream
}

// Accept takes a stream that the server has begun. It reports whether that is a passage.
func (r *Reader) Accept(s *stream.Stream) bool {
	target, ok := passage.ParseTarget(s.Target)
	if r.Off || s.Kind != passage.StreamKind || !ok || len(r.list) >= maxPassages {
		return false
	}
	s.CloseWrite()
	r.list = append(r.list, arrived{target, s})
	return true
}

// Service collects texts for the clipboard and files, as far as they have arrived.
func (r *Reader) Service(now time.Time) {
	for len(r.list) > 0 && r.list[0].Kind != passage.ControlMode && !r.transfer.whole {
		p := &r.list[0]
		data, ended, err := p.stream.Next()
		if err != nil {
			r.next()
			continue
		}
		n, lineEnds := len(data), false
		if i := bytes.IndexByte(data, '\n'); i >= 0 && p.Kind == passage.File {
			n, lineEnds = i, true
		}
		if !r.transfer.add(p.Kind, data[:n]) {
			p.stream.Reset(codeCancelled, "")
			r.next()
			continue
		}
		if lineEnds {
			n++
		}
		ended = ended && n == len(data)
		p.stream.Consume(now, n)
		switch {
		case !lineEnds && !ended:
			return
		case r.transfer.complete(p.Target, r):
			r.transfer.last = ended
		default:
			r.endTransfer(ended)
		}
	}
}

// endTransfer forgets a transfer; last reports whether it is all of the first passage.
func (r *Reader) endTransfer(last bool) {
	if r.transfer = (transfer{}); last {
		r.next()
	}
}

// next forgets the first passage.
func (r *Reader) next() {
	r.list, r.active, r.transfer = r.list[1:], false, transfer{}
}

// Due reports whether a passage is to be written to a terminal that shows the state of a
// number.
func (r *Reader) Due(shown uint64) bool {
	if r.active || len(r.list) == 0 {
		return false
	}
	if p := &r.list[0]; p.Kind == passage.ControlMode {
		return p.State <= shown
	}
	return r.transfer.whole
}

// Active reports whether the terminal is in a passage. Nothing else is to be written to it
// then.
func (r *Reader) Active() bool { return r.active }

// InControlMode reports whether the terminal is in a control mode. Its input is for tmux
// then.
func (r *Reader) InControlMode() bool { return r.active && r.list[0].Kind == passage.ControlMode }

// Ready reports whether bytes have arrived of the passage that the terminal is in, or of the
// next one.
func (r *Reader) Ready() bool {
	if len(r.list) == 0 {
		return false
	}
	if r.list[0].Kind != passage.ControlMode {
		return r.transfer.whole
	}
	data, ended, err := r.list[0].stream.Next()
	return len(data) > 0 || ended || err != nil
}

// Append appends the next bytes of the passage that the terminal is in, or begins the next
// passage, which is Due. repaint reports whether the terminal may show anything after them.
func (r *Reader) Append(dst []byte, now time.Time) (out []byte, repaint bool) {
	begins := !r.active
	r.active = true
	if r.list[0].Kind == passage.ControlMode {
		dst = r.appendControl(dst, now, begins)
		return dst, !r.active
	}
	for r.transfer.whole && len(dst) < maxWrite {
		var over bool
		if dst, over = r.transfer.append(dst); !over {
			return dst, false
		}
		r.endTransfer(r.transfer.last)
		r.Service(now)
	}
	r.active = false
	return dst, false
}

// Stop appends the end of the passage that the terminal is in, of which no more is wanted.
func (r *Reader) Stop(dst []byte) []byte {
	switch {
	case !r.active:
	case r.list[0].Kind == passage.ControlMode:
		r.list[0].stream.Reset(codeCancelled, "")
		dst = r.endControl(dst)
	default:
		dst = append(dst, cancelString...)
		r.active = false
		r.endTransfer(r.transfer.last)
	}
	return dst
}
