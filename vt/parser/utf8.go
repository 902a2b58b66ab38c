package parser

import "encoding/binary"

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
func (p *Parser) runes(b []byte) int {
	n, i := 0, 0
	for more := true; more && n <= len(p.batch)-mixedRunes; {
		if len(b)-i >= 12 && fourThrees((*[4]rune)(p.batch[n:]), (*[12]byte)(b[i:])) {
			n, i = n+4, i+12
			continue
		}
		taken, size := mixed((*[mixedRunes]rune)(p.batch[n:]), b[i:])
		n, i, more = n+taken, i+size, taken == mixedRunes
	}
	if n > 0 {
		p.Performer.PrintRunes(p.batch[:n])
	}
	return i
}

// mixedRunes is how many code points are decoded one by one before it is tried
// again to decode four together.
const mixedRunes = 8

// mixed decodes code points of all lengths, those that runes takes, and gives
// their number and that of their bytes.
func mixed(to *[mixedRunes]rune, b []byte) (n, size int) {
	for n < len(to) && len(b)-size >= 8 {
		w := binary.LittleEndian.Uint64(b[size : size+8])
		r, bytes := decodeRune(uint32(w))
		if r < 0xa0 && (r < 0x20 || r >= del || w&0x8080808080808080 == 0) {
			break
		}
		to[n] = r
		n++
		size += bytes
	}
	return n, size
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

// utf8Class is the form of a code point by its first byte: in the upper four bits
// a number in utf8Forms, in the lower four how many bytes it has.
var utf8Class = [256]uint8{
	0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	0xc2: 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22,
	0xd0: 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22,
	0xe0: 0x33, 0x43, 0x43, 0x43, 0x43, 0x43, 0x43, 0x43, 0x43, 0x43, 0x43, 0x43, 0x43, 0x53, 0x43, 0x43,
	0xf0: 0x64,
}

// utf8Forms are the forms of code points (Unicode, table 3-7) but for the rarest
// of four bytes. The first byte is in the low bits.
var utf8Forms = [16]struct {
	mask, marks uint32 // the bits that all of the form have, and what they are
	payload     uint32 // the bits that a code point of the form may have
	shift       uint8  // how many bits more a form of four bytes has
}{
	{marks: 1}, // none has it
	{mask: 0x80, payload: 0x7f, shift: 18},
	{mask: 0xc0e0, marks: 0x80c0, payload: 0x7ff, shift: 12},
	{mask: 0xc0e0f0, marks: 0x80a0e0, payload: 0xffff, shift: 6}, // E0: not below U+0800
	{mask: 0xc0c0f0, marks: 0x8080e0, payload: 0xffff, shift: 6}, // others of three bytes
	{mask: 0xc0e0f0, marks: 0x8080e0, payload: 0xffff, shift: 6}, // ED: not from U+D800 on
	{mask: 0xc0c0f0f8, marks: 0x808090f0, payload: 0x1fffff},     // F0: U+10000 to U+1FFFF
}

// decodeRune decodes the code point that four bytes, the first in the low bits,
// begin with, and gives -1 if they begin with none, or with one from U+20000 on,
// which is rare. It does not branch by the length, which alternates in much text.
func decodeRune(w uint32) (r rune, size int) {
	class := utf8Class[w&0xff]
	form := &utf8Forms[class>>4]
	if w&form.mask != form.marks {
		return -1, 0
	}
	all := w&0x7f<<18 | w>>8&0x3f<<12 | w>>16&0x3f<<6 | w>>24&0x3f
	return rune(all >> (form.shift & 31) & form.payload), int(class & 15)
}
