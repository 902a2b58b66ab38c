package vt

import "unicode/utf8"

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

// runes prints the code points above ASCII that b begins with and gives the
// bytes taken: it stops before a C1 control and before what is ill-formed or
// not whole. 0 says that the first byte is for step.
func (p *parser) runes(b []byte) int {
	n, i := 0, 0
	for i < len(b) && n < len(p.batch) && b[i] >= utf8.RuneSelf {
		r, size := decodeRune(b[i:])
		if r < 0xa0 {
			break
		}
		i += size
		p.batch[n] = r
		n++
	}
	if n > 0 {
		p.to.printRunes(p.batch[:n])
	}
	return i
}

// decodeRune decodes a well-formed code point above ASCII, and gives 0 for
// anything else. Most are of three bytes, or of two.
func decodeRune(b []byte) (r rune, size int) {
	if len(b) > 2 && b[0] > 0xe0 && b[0] < 0xed && b[1]&0xc0 == 0x80 && b[2]&0xc0 == 0x80 {
		return rune(b[0]&0x0f)<<12 | rune(b[1]&0x3f)<<6 | rune(b[2]&0x3f), 3
	}
	if len(b) > 1 && b[0] >= 0xc2 && b[0] < 0xe0 && b[1]&0xc0 == 0x80 {
		return rune(b[0]&0x1f)<<6 | rune(b[1]&0x3f), 2
	}
	r, size = utf8.DecodeRune(b)
	if r == utf8.RuneError && size == 1 {
		return 0, 0
	}
	return r, size
}
