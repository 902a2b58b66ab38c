package vt

import (
	"encoding/binary"
	"math/bits"
)

// ground parses b in the ground state, and gives the bytes taken: at least one,
// and all up to where the state changes. What it does is what step does, for
// runs and for whole sequences.
func (p *parser) ground(b []byte) int {
	for i := 0; i < len(b); {
		n := 1
		switch c := b[i]; {
		case c >= 0x20 && c < del:
			n = printable(b[i:])
			p.to.print(b[i : i+n])
		case c == esc:
			n = p.wholeCSI(b[i:])
		case c < 0x20:
			p.to.execute(c)
		case c != del:
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
	text, n := shortSGR(b[2:])
	if n > 0 && p.to.recall(text) {
		return 2 + n
	}
	s := &p.seq
	s.clear()
	s.short, s.sgr = n > 0, text
	n = 2
	if c := b[n]; c >= '<' && c <= '?' {
		s.marker = c
		n++
	}
	n += s.plain(b[n:])
	if n == len(b) || b[n] < 0x40 || b[n] >= del {
		return 0
	}
	s.final = b[n]
	p.to.control(s)
	return n + 1
}

// plain reads the parameters that b begins with and gives the number of their
// bytes. It stops where there are too many of them.
func (s *sequence) plain(b []byte) int {
	n, start, v := 0, 0, int32(0)
	for i, c := range b {
		if digit := c - '0'; digit <= 9 {
			v = min(v*10+int32(digit), maxParamValue)
			continue
		}
		if i == start {
			v = -1
		}
		if c&^1 != ':' || n == maxParams-1 {
			if i > 0 {
				s.value[n] = v
				n++
			}
			s.n = n
			return i
		}
		s.value[n] = v
		n++
		if c == ':' {
			s.sub |= 1 << n
		}
		v, start = 0, i+1
	}
	return len(b)
}
