package parser

import (
	"encoding/binary"
	"math/bits"
)

// Programs that draw pictures write an SGR sequence with one or two direct colours
// for each cell. These are parsed here because they are seldom among the recent ones.

// DirectColor is the flag of a direct colour, 0xRRGGBB.
const DirectColor = 2 << 24

// maxDirect is the length of two direct colours with their separators and the final
// byte, and of the bytes read beyond them.
const maxDirect = 2*len("38;2;255;255;255;") + 8

// beginsDirect reports whether b begins with 38;2; or 48;2;, or a parameter like
// these. b has more than maxDirect bytes.
func beginsDirect(b []byte) bool { return string(b[1:5]) == "8;2;" }

// directColors parses the parameters and the final byte of an SGR sequence that
// consists of one or two direct colours with semicolons. n is the length, or 0 if
// the sequence is another. b has more than maxDirect bytes.
func directColors(b []byte) (fg, bg uint32, n int) {
	for range 2 {
		if !beginsDirect(b[n:]) {
			return 0, 0, 0
		}
		ground := b[n]
		n += len("38;2;")
		color, size, end := parseRGB(binary.LittleEndian.Uint64(b[n:]), binary.LittleEndian.Uint64(b[n+4:]))
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

// parseRGB parses three numbers up to 255, of one to three digits, with
// semicolons between them. low is eight bytes of text, high the eight from its
// fifth on. end is the byte after them; size is their length, or 0 if the text is
// something else. It does not branch on the numbers of digits, which a processor
// cannot predict.
func parseRGB(low, high uint64) (c uint32, size int, end byte) {
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
	red, green, blue := parseDecimal(low<<(24-a)), parseDecimal(low>>(a+8)<<(32+a-b)), parseDecimal(high<<(24-n))
	if a == 0 || b-a < 16 || n == 0 || n > 24 || red|green|blue > 255 {
		return 0, 0, 0
	}
	return DirectColor | uint32(red<<16|green<<8|blue), int(b+n)/8 + 1, byte(high>>n) ^ '0'
}

const ones = 0x0101010101010101

func parseDecimal(w uint64) uint64 { return w&0xff*100 + w>>8&0xff*10 + w>>16&0xff }
