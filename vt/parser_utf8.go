package vt

import (
	"encoding/binary"
	"unicode/utf8"
)

// decoder decodes UTF-8 a byte at a time. The zero decoder is between code
// points.
type decoder struct {
	acc    rune
	need   uint8 // continuation bytes that are still to come
	lo, hi byte  // what the next one may be
}

// feed takes a byte from 0x80 up. It gives the code point if it is complete,
// else -1; false says that c can not stand here.
func (d *decoder) feed(c byte) (rune, bool) {
	if d.need == 0 {
		return -1, d.lead(c)
	}
	if c < d.lo || c > d.hi {
		return -1, false
	}
	d.acc = d.acc<<6 | rune(c&0x3f)
	d.need--
	d.lo, d.hi = 0x80, 0xbf
	if d.need > 0 {
		return -1, true
	}
	return d.acc, true
}

// lead takes a first byte (Unicode, table 3-7).
func (d *decoder) lead(c byte) bool {
	d.lo, d.hi = 0x80, 0xbf
	switch {
	case c < 0xc2 || c > 0xf4:
		return false
	case c < 0xe0:
		d.need, d.acc = 1, rune(c&0x1f)
	case c < 0xf0:
		d.need, d.acc = 2, rune(c&0x0f)
	default:
		d.need, d.acc = 3, rune(c&0x07)
	}
	switch c {
	case 0xe0:
		d.lo = 0xa0
	case 0xed:
		d.hi = 0x9f
	case 0xf0:
		d.lo = 0x90
	case 0xf4:
		d.hi = 0x8f
	}
	return true
}

// runes prints the code points that b begins with and gives the bytes taken: it
// stops before a control, a longer run of ASCII, the last bytes of b and what is
// ill-formed or not whole. 0 says that the first byte is for step.
func (p *parser) runes(b []byte) int {
	n, i := 0, 0
	for len(b)-i >= utf8.UTFMax && n < len(p.batch) {
		if n+4 <= len(p.batch) && len(b)-i >= 12 && fourThrees((*[4]rune)(p.batch[n:]), (*[12]byte)(b[i:])) {
			n, i = n+4, i+12
			continue
		}
		w := binary.LittleEndian.Uint32(b[i:])
		r, size := fewBytes(w)
		if r < 0 {
			r, size = decodeRune(w)
		}
		if r < 0xa0 && (r < 0x20 || r >= del || onlyASCII(b[i:])) {
			break
		}
		p.batch[n] = r
		n++
		i += size
	}
	if n > 0 {
		p.to.printRunes(p.batch[:n])
	}
	return i
}

// onlyASCII says that the next eight bytes, or all that b has, are ASCII.
func onlyASCII(b []byte) bool {
	return len(b) < 8 || binary.LittleEndian.Uint64(b)&0x8080808080808080 == 0
}

// fourThrees decodes four code points of three bytes each, which is what most of
// the text of half the world is made of. It says false if b holds others.
func fourThrees(to *[4]rune, b *[12]byte) bool {
	low, high := binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint32(b[8:])
	if low&0xc0f0c0c0f0c0c0f0 != 0x80e08080e08080e0 || high&0xc0c0f0c0 != 0x8080e080 {
		return false
	}
	for i, w := range [4]uint32{uint32(low), uint32(low >> 24), uint32(low>>48) | high<<16, high >> 8} {
		r := rune(w&0xf<<12 | w>>8&0x3f<<6 | w>>16&0x3f)
		if r < 0x800 || r>>11 == 0xd800>>11 {
			return false
		}
		to[i] = r
	}
	return true
}

// fewBytes is decodeRune for the code points of two and of three bytes, -1 for
// others. It does not branch by the length, which alternates in much text.
func fewBytes(w uint32) (r rune, size int) {
	two := uint32(int32((w^0x80c0)&0xc0e0-1) >> 31) // all bits or none
	r = rune((w&0xf<<12|w>>8&0x3f<<6|w>>16&0x3f)&^two | (w&0x1f<<6|w>>8&0x3f)&two)
	shorter := w&(0x200f^two&(0x200f^0x1e)) == 0 // is a form of the same
	if (w^0x8080e0)&0xc0c0f0&^two != 0 || shorter || r>>11 == 0xd800>>11 {
		return -1, 0
	}
	return r, 3 + int(int32(two))
}

// decodeRune decodes the code point that four bytes, the first in the low bits,
// begin with, and gives -1 if they begin with none (Unicode, table 3-7).
func decodeRune(w uint32) (r rune, size int) {
	if r, size = fewBytes(w); r >= 0 {
		return r, size
	}
	switch {
	case w&0x80 == 0:
		r, size = rune(w&0x7f), 1
	case w&0xc0c0c0f8 == 0x808080f0:
		r, size = rune(w&0x7<<18|w>>8&0x3f<<12|w>>16&0x3f<<6|w>>24&0x3f), 4
		if r < 0x10000 || r > utf8.MaxRune {
			return -1, 0
		}
	default:
		return -1, 0
	}
	return r, size
}
