package passthrough

import (
	"time"

	"gm/vt/passage"
)

// Sequences that begin and end the control mode in the terminal (tmux(1), CONTROL MODE).
const (
	beginControl = "\x1bP1000p"
	exitControl  = "\r\n%exit\r\n"
	endString    = "\x1b\\"
)

func (r *Reader) appendControl(dst []byte, now time.Time, begins bool) []byte {
	if begins {
		r.control, r.filter = passage.Control{}, filter{}
		dst = append(dst, beginControl...)
	}
	s := r.list[0].stream
	data, ended, err := s.Next()
	part := data[:min(len(data), maxWrite)]
	n, over := r.control.Next(part)
	if part = part[:n]; r.ITerm2 {
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
		dst = r.endControl(dst)
	}
	return dst
}

func (r *Reader) endControl(dst []byte) []byte {
	r.next()
	if !r.control.Exited() {
		dst = append(dst, exitControl...)
	}
	return append(dst, endString...)
}

// filter replaces control characters, except CR, LF and TAB, by question marks. A terminal
// that does not know the control mode of tmux may leave the control string at one of them,
// and obey the bytes after it.
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
