package passthrough

import (
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

// Sequences that begin and end the control mode in the terminal (tmux(1), CONTROL MODE).
const (
	beginControl = "\x1bP1000p"
	exitControl  = "\r\n%exit\r\n"
	endString    = "\x1b\\"
)

// Reader has the passages that have arrived. Its owner is the session's loop. The zero Reader
// has none.
type Reader struct {
	// Off refuses all passages.
	Off bool
	// Trusted reports whether the terminal knows the control mode of tmux: iTerm2. It then
	// gets every byte; others get no control characters.
	Trusted bool

	list    []arrived // the first one is in the terminal if active
	active  bool
	control passage.Control
	filter  filter
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

// Due reports whether a passage is to be written to a terminal that shows the state of a
// number.
func (r *Reader) Due(shown uint64) bool {
	return !r.active && len(r.list) > 0 && r.list[0].State <= shown
}

// Active reports whether the terminal is in a passage. Nothing else is to be written to it
// then, and what it sends is for the program.
func (r *Reader) Active() bool { return r.active }

// Ready reports whether bytes have arrived of the passage that the terminal is in, or of the
// next one.
func (r *Reader) Ready() bool {
	if len(r.list) == 0 {
		return false
	}
	data, ended, err := r.list[0].stream.Next()
	return len(data) > 0 || ended || err != nil
}

// Append appends the next bytes of the passage that the terminal is in, or begins the next
// passage, which is Due.
func (r *Reader) Append(dst []byte, now time.Time) []byte {
	if !r.active {
		r.active, r.control, r.filter = true, passage.Control{}, filter{}
		dst = append(dst, beginControl...)
	}
	s := r.list[0].stream
	data, ended, err := s.Next()
	part := data[:min(len(data), maxWrite)]
	n, over := r.control.Next(part)
	if part = part[:n]; r.Trusted {
		dst = append(dst, part...)
	} else {
		dst = r.filter.append(dst, part)
	}
	ended = ended && n == len(data)
	s.Consume(now, n)
	if over && n < len(data) {
		s.Reset(codeCancelled, "")
	}
	if over || ended || err != nil {
		dst = r.end(dst)
	}
	return dst
}

// Stop appends the end of the passage that the terminal is in, of which no more is wanted.
func (r *Reader) Stop(dst []byte) []byte {
	if !r.active {
		return dst
	}
	r.list[0].stream.Reset(codeCancelled, "")
	return r.end(dst)
}

func (r *Reader) end(dst []byte) []byte {
	r.active = false
	r.list = r.list[1:]
	if !r.control.Exited() {
		dst = append(dst, exitControl...)
	}
	return append(dst, endString...)
}

// filter replaces control characters, except CR, LF and TAB, by question marks. A terminal
// that does not know the control mode of tmux may leave the control string at one of them,
// and obey what follows.
type filter struct {
	last byte // before the next one
}

func (f *filter) append(dst, b []byte) []byte {
	for _, char := range b {
		if char < ' ' && char != '\r' && char != '\n' && char != '\t' || char == 0x7f || f.last == 0xc2 && char >= 0x80 && char < 0xa0 {
			char = '?'
		}
		dst = append(dst, char)
		f.last = char
	}
	return dst
}
