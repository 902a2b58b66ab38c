package vt

import (
	"encoding/binary"
	"math/bits"
)

// ground parses b in the ground state, and gives the bytes taken: at least one.
// What it does is what step does, for runs and for whole sequences.
func (p *parser) ground(b []byte) int {
	switch c := b[0]; {
	case c >= 0x20 && c < del:
		n := printable(b)
		p.to.print(b[:n])
		return n
	case c >= 0x80:
		if n := p.runes(b); n > 0 {
			return n
		}
	case c == esc:
		if n := p.wholeCSI(b); n > 0 {
			return n
		}
	case c != can && c != sub && c != del:
		p.to.execute(c)
		return 1
	}
	p.step(b[0])
	return 1
}

// printable gives the length of the run of 0x20 to 0x7e that b begins with. It
// looks at eight bytes at a time.
func printable(b []byte) int {
	const ones = 0x0101010101010101
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

// wholeCSI parses a control sequence of the plain kind that lies in b whole:
// ESC [, a marker, digits and separators, a final byte. It gives its length, or
// 0 if it is something else.
func (p *parser) wholeCSI(b []byte) int {
	if p.vt52 || len(b) < 3 || b[1] != '[' {
		return 0
	}
	s, i := &p.seq, 2
	s.clear()
	if c := b[i]; c >= '<' && c <= '?' {
		s.marker = c
		i++
	}
	n, v := 0, int32(-1)
	for ; i < len(b) && n < maxParams; i++ {
		switch c := b[i]; {
		case c >= '0' && c <= '9':
			v = min(max(v, 0)*10+int32(c-'0'), maxParamValue)
		case c == ';' || c == ':':
			s.value[n] = v
			n++
			if c == ':' {
				s.sub |= 1 << n
			}
			v = -1
		case c >= 0x40 && c < del:
			if n > 0 || v >= 0 {
				s.value[n] = v
				n++
			}
			s.n, s.final = n, c
			p.to.control(s)
			return i + 1
		default:
			return 0
		}
	}
	return 0
}
