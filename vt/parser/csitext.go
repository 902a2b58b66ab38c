package parser

import (
	"encoding/binary"
	"math/bits"
)

// CSIText is the marker and the parameters of a short control sequence as they
// came: up to 24 bytes between CSI and the final byte, zeros after them.
type CSIText struct{ a, b, c uint64 }

// shortCSI gives the text that b begins with, what follows a CSI, its number of
// bytes and the final byte. The latter is 0 if b is too short to tell, or holds
// a longer sequence or something else.
func shortCSI(b []byte) (text CSIText, n int, final byte) {
	if len(b) <= 24 {
		return text, 0, 0
	}
	text.a, n = parameterBytes(binary.LittleEndian.Uint64(b))
	if n == 8 {
		text.b, n = parameterBytes(binary.LittleEndian.Uint64(b[8:]))
		n += 8
	}
	if n == 16 {
		text.c, n = parameterBytes(binary.LittleEndian.Uint64(b[16:]))
		n += 16
	}
	if c := b[n]; c >= 0x40 && c < del {
		final = c
	}
	return text, n, final
}

// parameterBytes gives the bytes of w before one that may be a final byte, zeros
// after them, and their number.
func parameterBytes(w uint64) (params uint64, n int) {
	at := bits.TrailingZeros64(w&0xc0c0c0c0c0c0c0c0) &^ 7
	return w & (1<<at - 1), at / 8
}

// Hash mixes the text into a number whose upper bits are good.
func (s CSIText) Hash() uint64 {
	return s.a*0x9e3779b97f4a7c15 ^ s.b*0xc2b2ae3d27d4eb4f ^ s.c*0x165667b19e3779f9
}
