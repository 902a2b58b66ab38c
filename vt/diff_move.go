package vt

import "strconv"

// moveTo moves the cursor to a cell that is about to be painted. In a user's terminal
// it hides the cursor first.
func (d *differ) moveTo(x, y int) {
	if d.certainty == known && d.x == x && d.y == y {
		return
	}
	if d.dialect.HideCursor && !d.hidden {
		d.mode(25, false)
		d.hidden = true
	}
	d.jumpTo(x, y)
}

func (d *differ) jumpTo(x, y int) {
	best := d.absolute(x, y)
	if d.certainty == known && !d.enlarged {
		if m := d.relative(x, y); m.size() <= best.size() {
			best = m
		}
	}
	d.out = best.append(d.out)
	d.x, d.y, d.certainty = x, y, known
}

// motion is a cursor movement: an optional control, a repeated control and at most two
// sequences, in this order.
type motion struct {
	control  string // sent once
	repeated byte
	times    int
	a, b     step
}

// step is CSI with up to two parameters. With a zero final it is empty.
type step struct {
	first, second int // 0 is omitted
	final         byte
}

func (d *differ) absolute(x, y int) motion {
	s := step{first: y + 1, second: x + 1, final: 'H'}
	if x == 0 {
		s.second = 0
		if y == 0 {
			s.first = 0
		}
	}
	return motion{a: s}
}

// relative returns the shortest motion from the cursor's position, which must be known.
// After the last column it starts with CR: BS moves by one column or by two there,
// depending on the terminal.
func (d *differ) relative(x, y int) motion {
	fromStart := d.vertical(y, d.horizontal(0, x))
	fromStart.control = "\r"
	if d.x >= d.to.cols {
		return fromStart
	}
	if m := d.vertical(y, d.horizontal(d.x, x)); m.size() <= fromStart.size() {
		return m
	}
	return fromStart
}

func (d *differ) horizontal(from, x int) motion {
	var m motion
	switch n := x - from; {
	case n == 0:
		return m
	case n < 0 && n >= -4:
		return motion{repeated: '\b', times: -n}
	case n < 0:
		m.a = step{first: -n, final: 'D'}
	default:
		m.a = step{first: omitDefault(n), final: 'C'}
	}
	if cha := (motion{a: step{first: omitDefault(x + 1), final: 'G'}}); !d.dialect.Basic && cha.size() < m.size() {
		return cha
	}
	return m
}

func (d *differ) vertical(y int, m motion) motion {
	n := y - d.y
	switch {
	case n == 0:
		return m
	case n > 0 && n <= 4 && m.times == 0 && !d.lineFeedParts(y):
		m.repeated, m.times = '\n', n
		return m
	case n > 0:
		m.b = step{first: omitDefault(n), final: 'B'}
	default:
		m.b = step{first: omitDefault(-n), final: 'A'}
	}
	if vpa := (step{first: omitDefault(y + 1), final: 'd'}); !d.dialect.Basic && vpa.size() < m.b.size() {
		m.b = vpa
	}
	return m
}

// lineFeedParts reports whether LF moves the cursor into a row down to y that continues the
// line of the row above: kitty parts the two.
func (d *differ) lineFeedParts(y int) bool {
	for ; d.dialect.Scrollback && y > d.y; y-- {
		if d.to.rows[y-1].continues(d.to.rows[y].cells) {
			return true
		}
	}
	return false
}

func omitDefault(n int) int {
	if n == 1 {
		return 0
	}
	return n
}

func (m motion) size() int {
	return len(m.control) + m.times + m.a.size() + m.b.size()
}

func (m motion) append(dst []byte) []byte {
	dst = append(dst, m.control...)
	for range m.times {
		dst = append(dst, m.repeated)
	}
	return m.b.append(m.a.append(dst))
}

func (s step) size() int {
	switch {
	case s.final == 0:
		return 0
	case s.second != 0:
		return 4 + digits(s.first) + digits(s.second)
	}
	return 3 + digits(s.first)
}

func (s step) append(dst []byte) []byte {
	if s.final == 0 {
		return dst
	}
	dst = append(dst, "\x1b["...)
	if s.first != 0 {
		dst = appendInt(dst, s.first)
	}
	if s.second != 0 {
		dst = append(dst, ';')
		dst = appendInt(dst, s.second)
	}
	return append(dst, s.final)
}

// digits returns the length of a parameter in bytes. It is 0 for 0, which is omitted.
func digits(n int) (length int) {
	for ; n > 0; n /= 10 {
		length++
	}
	return length
}

// invalidateWrap marks the cursor's position as lost if a wrap is pending, because the
// bytes just sent may have cancelled the wrap.
func (d *differ) invalidateWrap() {
	if d.x >= d.to.cols {
		d.certainty = lost
	}
}

func (d *differ) csi(n int, final string) {
	d.out = append(d.out, "\x1b["...)
	d.out = appendInt(d.out, n)
	d.out = append(d.out, final...)
}

func (d *differ) mode(n int, on bool) {
	final := "l"
	if on {
		final = "h"
	}
	d.out = append(d.out, "\x1b[?"...)
	d.out = appendInt(d.out, n)
	d.out = append(d.out, final...)
}

// appendInt is strconv.AppendInt, faster for up to three digits: most numbers are
// colours and positions.
func appendInt(dst []byte, n int) []byte {
	switch {
	case uint(n) < 10:
		return append(dst, '0'+byte(n))
	case uint(n) < 100:
		return append(dst, '0'+byte(n/10), '0'+byte(n%10))
	case uint(n) < 1000:
		return append(dst, '0'+byte(n/100), '0'+byte(n/10%10), '0'+byte(n%10))
	}
	return strconv.AppendInt(dst, int64(n), 10)
}
