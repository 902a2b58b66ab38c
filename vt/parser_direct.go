package vt

import (
	"encoding/binary"
	"math/bits"
)

// Programs that draw pictures write an SGR sequence with one or two direct colours
// for each cell. It is parsed at once, as it would not be found among the recent
// ones anyway.

// maxDirect is the length of two direct colours with what is between and after.
const maxDirect = 2 * len("38;2;255;255;255;")

// isDirect reports whether the parameters begin with 38;2; or 48;2; (SGR).
func (s csiText) isDirect() bool {
	const rest = '8'<<8 | ';'<<16 | '2'<<24 | ';'<<32
	return s.a&(1<<40-1) == '3'|rest || s.a&(1<<40-1) == '4'|rest
}

// directColors parses the parameters and the final byte of an SGR sequence that has
// nothing but one or two direct colours, in semicolons. It returns the length, 0 if
// the sequence is another. b has more than maxDirect bytes.
func directColors(b []byte) (fg, bg Color, n int) {
	for range 2 {
		if string(b[n+1:n+5]) != "8;2;" {
			return 0, 0, 0
		}
		ground := b[n]
		n += len("38;2;")
		color := colorRGB
		for shift := 16; shift >= 0; shift -= 8 {
			v, digits := colorPart(b[n : n+4])
			if v > 255 {
				return 0, 0, 0
			}
			color |= Color(v) << shift
			n += digits
			if end := b[n]; end != ';' && (end != 'm' || shift > 0) {
				return 0, 0, 0
			}
			n++
		}
		switch ground {
		case '3':
			fg = color
		case '4':
			bg = color
		default:
			return 0, 0, 0
		}
		if b[n-1] == 'm' {
			return fg, bg, n
		}
	}
	return 0, 0, 0
}

// colorPart parses the number of one to three digits that b begins with. It returns a
// number above 255 if there is none.
func colorPart(b []byte) (v uint32, digits int) {
	w := binary.LittleEndian.Uint32(b) ^ 0x30303030
	others := (w + 0x76767676 | w) & 0x80808080 // the upper bit of what is no digit
	digits = bits.TrailingZeros32(others) / 8
	if digits < 1 || digits > 3 {
		return 1 << 31, 0
	}
	w <<= 8 * (3 - digits)
	return w&0xff*100 + w>>8&0xff*10 + w>>16&0xff, digits
}
