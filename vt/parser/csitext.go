package parser

import (
	"encoding/binary"
	"math/bits"
)

// CSIText is the marker and the parameters of a short control sequence: up to 24
// bytes between CSI and the final byte, zeros after them.
type CSIText struct{ a, b, c uint64 }

// shortCSI returns the marker and the parameters that b, the text after CSI, begins
// with, the number of their bytes, and the final byte. final is 0 if b is too short
// to decide, or holds a longer sequence or something else.
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

func parameterBytes(w uint64) (params uint64, n int) {
	at := bits.TrailingZeros64(w&0xc0c0c0c0c0c0c0c0) &^ 7
	return w & (1<<at - 1), at / 8
}

// Hash returns a hash of the text. Its upper bits are the better ones.
func (s CSIText) Hash() uint64 {
	return s.a*0x9e3779b97f4a7c15 ^ s.b*0xc2b2ae3d27d4eb4f ^ s.c*0x165667b19e3779f9
}
