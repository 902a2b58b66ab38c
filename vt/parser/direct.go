package parser

import (
	"encoding/binary"
	"math/bits"
)

// Programs that draw pictures write an SGR sequence with one or two direct colours
// for each cell. It is parsed at once, as it would not be found among the recent
// ones anyway.

// DirectColor marks a direct colour, 0xRRGGBB.
const DirectColor = 2 << 24

// maxDirect is the length of two direct colours with what is between and after, and
// of what is read beyond them.
const maxDirect = 2*len("38;2;255;255;255;") + 8

// beginsDirect reports whether b, which has more than maxDirect bytes, begins with
// 38;2; or the like.
func beginsDirect(b []byte) bool { return string(b[1:5]) == "8;2;" }

// directColors parses the parameters and the final byte of an SGR sequence that has
// nothing but one or two direct colours, in semicolons. It returns the length, 0 if
// the sequence is another. b has more than maxDirect bytes.
func directColors(b []byte) (fg, bg uint32, n int) {
	for range 2 {
		if !beginsDirect(b[n:]) {
			return 0, 0, 0
		}
		ground := b[n]
		n += len("38;2;")
		color, size, end := colorParts(binary.LittleEndian.Uint64(b[n:]), binary.LittleEndian.Uint64(b[n+4:]))
		switch ground {
		case '3':
			fg = color
		case '4':
			bg = color
		default:
			return 0, 0, 0
		}
		n += size + 1
		switch {
		case size == 0 || end != 'm' && end != ';':
			return 0, 0, 0
		case end == 'm':
			return fg, bg, n
		}
	}
	return 0, 0, 0
}

// colorParts parses three numbers of one to three digits, up to 255, with semicolons
// between them, from low and high: eight bytes of text and eight from its fifth on.
// It returns the colour, the length, 0 if it is something else, and the byte behind.
// It does not branch by how many digits there are, which nobody can foresee.
func colorParts(low, high uint64) (c uint32, size int, end byte) {
	low, high = low^'0'*ones, high^'0'*ones // digits are 0 to 9 now
	first := (low + 0x76*ones | low) & (0x80 * ones)
	second := first & (first - 1)
	// In bits: where the separators are in low, and the third part is in high.
	a, b := uint(bits.TrailingZeros64(first))&^7, uint(bits.TrailingZeros64(second))&^7
	if second == 0 || b < 24 || b-a > 32 || a > 24 || low>>a&0xff != ';'^'0' || low>>b&0xff != ';'^'0' {
		return 0, 0, 0
	}
	high >>= b - 24
	n := uint(bits.TrailingZeros64((high+0x76*ones|high)&(0x80*ones))) &^ 7
	red, green, blue := decimal(low<<(24-a)), decimal(low>>(a+8)<<(32+a-b)), decimal(high<<(24-n))
	if a == 0 || b-a < 16 || n == 0 || n > 24 || red|green|blue > 255 {
		return 0, 0, 0
	}
	return DirectColor | uint32(red<<16|green<<8|blue), int(b+n)/8 + 1, byte(high>>n) ^ '0'
}

const ones = 0x0101010101010101

// decimal returns the number of three digits in the low bytes of w, the first lowest.
func decimal(w uint64) uint64 { return w&0xff*100 + w>>8&0xff*10 + w>>16&0xff }
