package parser

import "encoding/binary"

// decoder decodes UTF-8 byte by byte. The zero decoder is between code points.
type decoder struct {
	value   rune
	missing uint8 // continuation bytes still missing
	lo, hi  byte  // bounds of the next one
}

// feed decodes a byte from 0x80 up. r is the code point if it is complete, else -1.
// ok is false if c cannot stand here.
func (d *decoder) feed(c byte) (r rune, ok bool) {
	if d.missing == 0 {
		return -1, d.lead(c)
	}
	if c < d.lo || c > d.hi {
		return -1, false
	}
	d.value = d.value<<6 | rune(c&0x3f)
	d.missing--
	d.lo, d.hi = 0x80, 0xbf
	if d.missing > 0 {
		return -1, true
	}
	return d.value, true
}

// lead reports whether c is the first byte of a code point (Unicode, table 3-7).
func (d *decoder) lead(c byte) bool {
	d.lo, d.hi = 0x80, 0xbf
	switch {
	case c < 0xc2 || c > 0xf4:
		return false
	case c < 0xe0:
		d.missing, d.value = 1, rune(c&0x1f)
	case c < 0xf0:
		d.missing, d.value = 2, rune(c&0x0f)
	default:
		d.missing, d.value = 3, rune(c&0x07)
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

// runes prints the code points that b begins with and returns the number of their
// bytes. It stops before a control, a longer run of ASCII, the last bytes of b, and
// ill-formed or incomplete bytes. 0 means that step has to parse the first byte.
func (p *Parser) runes(b []byte) int {
	n, i := 0, 0
	for more := true; more && n <= len(p.batch)-mixedRunes; {
		if len(b)-i >= 12 && decodeFourThrees((*[4]rune)(p.batch[n:]), (*[12]byte)(b[i:])) {
			n, i = n+4, i+12
			continue
		}
		taken, size := decodeMixed((*[mixedRunes]rune)(p.batch[n:]), b[i:])
		n, i, more = n+taken, i+size, taken == mixedRunes
	}
	if n > 0 {
		p.Performer.PrintRunes(p.batch[:n])
	}
	return i
}

// mixedRunes is the number of code points decoded one by one before the next try to
// decode four together.
const mixedRunes = 8

func decodeMixed(to *[mixedRunes]rune, b []byte) (n, size int) {
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

// decodeFourThrees decodes four code points of three bytes each, common in East Asian
// text. It reports whether b holds four of these.
func decodeFourThrees(to *[4]rune, b *[12]byte) bool {
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
// an index in utf8Forms, in the lower four the number of bytes.
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

// utf8Forms are the forms of code points (Unicode, table 3-7), except the rarest of
// four bytes. The first byte is in the low bits.
var utf8Forms = [16]struct {
	mask, marks uint32 // the bits that all of the form share, and their values
	payload     uint32 // the bits of a code point
	shift       uint8  // the bits that it has less than four bytes have
}{
	{marks: 1}, // matches nothing
	{mask: 0x80, payload: 0x7f, shift: 18},
	{mask: 0xc0e0, marks: 0x80c0, payload: 0x7ff, shift: 12},
	{mask: 0xc0e0f0, marks: 0x80a0e0, payload: 0xffff, shift: 6}, // E0: not below U+0800
	{mask: 0xc0c0f0, marks: 0x8080e0, payload: 0xffff, shift: 6}, // others of three bytes
	{mask: 0xc0e0f0, marks: 0x8080e0, payload: 0xffff, shift: 6}, // ED: not from U+D800 on
	{mask: 0xc0c0f0f8, marks: 0x808090f0, payload: 0x1fffff},     // F0: U+10000 to U+1FFFF
}

// decodeRune decodes the code point that four bytes begin with, the first in the
// low bits. r is -1 if they begin with none, or with one from U+20000 up, which is
// rare. It does not branch on the length, which alternates in much text.
func decodeRune(w uint32) (r rune, size int) {
	class := utf8Class[w&0xff]
	form := &utf8Forms[class>>4]
	if w&form.mask != form.marks {
		return -1, 0
	}
	all := w&0x7f<<18 | w>>8&0x3f<<12 | w>>16&0x3f<<6 | w>>24&0x3f
	return rune(all >> (form.shift & 31) & form.payload), int(class & 15)
}
