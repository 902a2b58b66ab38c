package parser

import (
	"encoding/binary"
	"math/bits"
)

// ground parses b in the ground state and returns the number of bytes parsed: at
// least one, and all up to where the state changes. It does the same as step, for
// runs and for whole sequences.
func (p *Parser) ground(b []byte) int {
	for i := 0; i < len(b); {
		n := 1
		switch c := b[i]; {
		case c >= 0x20 && c < del:
			n = printable(b[i:])
			p.Performer.Print(b[i : i+n])
		case c == esc:
			if n = p.completeCSI(b[i:]); p.state != ground {
				return i + n
			}
		case c == cr && i+1 < len(b) && b[i+1] == lf:
			n = 2
			p.Performer.NewLine()
		case c < 0x20:
			p.Performer.Execute(c)
		case c == del:
			if p.PrintDEL {
				n = 0
			}
		case p.EightBit:
			n = 0
		default:
			n = p.runes(b[i:])
		}
		if n == 0 {
			p.step(b[i])
			return i + 1
		}
		i += n
	}
	return len(b)
}

// printable returns the length of the run of 0x20 to 0x7e that b begins with. It
// reads eight bytes at a time.
func printable(b []byte) int {
	n := 0
	for ; n+8 <= len(b); n += 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		low := (w - 0x20*ones) &^ w // high bit: below 0x20, if no byte before was
		odd := (low | w | (w + ones)) & (0x80 * ones)
		if odd != 0 {
			return n + bits.TrailingZeros64(odd)/8
		}
	}
	for n < len(b) && b[n] >= 0x20 && b[n] < del {
		n++
	}
	return n
}

// completeCSI parses a control sequence that is complete in b and has no
// intermediates: ESC [, a marker, digits and separators, a final byte. It returns
// the length of the sequence, or 0 if b begins with something else.
func (p *Parser) completeCSI(b []byte) int {
	if p.VT52 || len(b) < 3 || b[1] != '[' {
		return 0
	}
	b = b[2:]
	if len(b) > maxDirect && beginsDirect(b) {
		if fg, bg, n := directColors(b); n > 0 {
			p.Performer.DirectColors(fg, bg)
			return 2 + n
		}
	}
	text, n, final := shortCSI(b)
	if final == 'm' && p.Performer.ShortSGR(text) {
		return 2 + n + 1
	}
	s := &p.seq
	s.clear()
	s.Short, s.Text = final == 'm', text
	if final == 0 || !s.parseTwo(text, n) {
		n, final = s.parseParameters(b)
	}
	if final == 0 {
		return 0
	}
	s.Final = final
	p.Performer.CSIDispatch(s)
	return 2 + n + 1
}

func (s *Sequence) parseParameters(b []byte) (n int, final byte) {
	if c := b[0]; c >= '<' && c <= '?' {
		s.Marker = c
		n++
	}
	n += s.parsePlain(b[n:])
	if n == len(b) || b[n] < 0x40 || b[n] >= del {
		return n, 0
	}
	return n, b[n]
}

// parseTwo is parseParameters for most sequences: those of at most two parameters
// of up to four digits, in n bytes of text. It reports whether the text is one of
// these. It does not branch on the numbers of digits, which a processor cannot
// predict.
func (s *Sequence) parseTwo(text CSIText, n int) bool {
	w, marker := text.a, byte(0)
	if c := byte(w); c >= '<' {
		w, n, marker = w>>8, n-1, c
	}
	if n > 7 {
		return false
	}
	end := uint(8 * n)                   // in bits, like the numbers below
	w = (w ^ '0'*ones) & (1<<end - 1)    // digits are 0 to 9 now
	others := (w + 6*ones) & (16 * ones) // a bit for each byte that is not a digit
	first, second := min(uint(bits.TrailingZeros64(others))&^7, end), uint(0)
	if others != 0 {
		second = end - first - 8
	}
	if w&(0xf0*ones) != 0 || others&(others-1) != 0 || others != 0 && byte(w>>first) != ';'^'0' || max(first, second) > 32 {
		return false
	}
	v := w<<(32-first)&(1<<32-1) | w>>(first+8)<<(64-second)
	v = (v*10 + v>>8) & 0x00ff00ff00ff00ff
	v = (v*100 + v>>16) & 0x0000ffff0000ffff
	s.Marker, s.N = marker, min(n, 1)+bits.OnesCount64(others)
	s.set(0, int32(v&0xffff), first)
	s.set(1, int32(v>>32), second)
	return true
}

func (s *Sequence) set(i int, v int32, size uint) {
	if size == 0 {
		v = -1
	}
	s.Value[i] = v
}

// parsePlain reads the parameters that b begins with and returns the number of their
// bytes. It stops at MaxParams.
func (s *Sequence) parsePlain(b []byte) int {
	n, start, v := 0, 0, int32(0)
	for i, c := range b {
		if digit := c - '0'; digit <= 9 {
			v = min(v*10+int32(digit), maxParamValue)
			continue
		}
		if i == start {
			v = -1
		}
		if c&^1 != ':' || n == MaxParams-1 {
			if i > 0 {
				s.Value[n] = v
				n++
			}
			s.N = n
			return i
		}
		s.Value[n] = v
		n++
		if c == ':' {
			s.Sub |= 1 << n
		}
		v, start = 0, i+1
	}
	return len(b)
}
