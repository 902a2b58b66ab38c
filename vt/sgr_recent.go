package vt

import (
	"encoding/binary"
	"math/bits"
)

// csiText is the marker and the parameters of a short control sequence as they
// came: up to 24 bytes between CSI and the final byte, zeros after them.
type csiText struct{ a, b, c uint64 }

// shortCSI gives the text that b begins with, what follows a CSI, its number of
// bytes and the final byte. The latter is 0 if b is too short to tell, or holds
// a longer sequence or something else.
func shortCSI(b []byte) (text csiText, n int, final byte) {
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

// recentSGR remembers what SGR sequences made of which style: programs use the
// same few again and again. Each has two places, the newer one first. The zero
// value knows that no parameters leave the default as it is, which is right.
type recentSGR [512][2]recalled

// recalled is what one sequence does.
type recalled struct {
	text     csiText
	from, to Cell      // their renditions
	pen      Rendition // that of to
}

func (s csiText) slot(from Cell) uint64 {
	h := s.a*0x9e3779b97f4a7c15 ^ s.b*0xc2b2ae3d27d4eb4f ^ s.c*0x165667b19e3779f9 ^ uint64(from>>cellAttrsShift)*0xff51afd7ed558ccd
	return h >> (64 - 9)
}

// recall does the SGR sequence with these parameters if it is known what it
// does; else it says false.
func (t *Terminal) recall(text csiText) bool {
	tables, from := t.screen.tables, t.brush&cellRendition
	if tables.recent == nil {
		return false
	}
	slot := &tables.recent[text.slot(from)]
	known := &slot[0]
	if known.text != text || known.from != from {
		known = &slot[1]
		if known.text != text || known.from != from {
			return false
		}
	}
	if tables.styles.full() {
		return false
	}
	t.last.valid = false
	if known.to != from {
		t.brush = t.brush.withRendition(known.to)
		t.screen.Pen = known.pen
	}
	return true
}

// remember notes that the SGR sequence with these parameters has led from a
// style to the present one. When the table of styles is full a number may stand
// for another style.
func (t *Terminal) remember(text csiText, from Cell) {
	tables := t.screen.tables
	if tables.styles.full() {
		return
	}
	if tables.recent == nil {
		tables.recent = new(recentSGR)
	}
	slot := &tables.recent[text.slot(from)]
	slot[1] = slot[0]
	slot[0] = recalled{text, from, t.brush & cellRendition, t.screen.Pen}
}

// forget forgets what SGR sequences led to, as numbers of styles get other meanings.
func (t *tables) forget() {
	if t.recent != nil {
		*t.recent = recentSGR{}
	}
}
