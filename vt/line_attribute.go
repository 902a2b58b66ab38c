package vt

// LineAttribute is how large the characters of a row are: 0 for single width,
// else the final byte of the escape sequence that sets it (ESC #; DEC STD 070).
type LineAttribute byte

const (
	SingleWidth        LineAttribute = 0   // DECSWL
	DoubleHeightTop    LineAttribute = '3' // DECDHL: the upper half of the characters
	DoubleHeightBottom LineAttribute = '4' // DECDHL: the lower half
	DoubleWidth        LineAttribute = '6' // DECDWL

	// unsureWidth is that of a row whose attribute a terminal kept or not.
	unsureWidth LineAttribute = 1

	decswl = '5'
)

// LineAttribute gives that of row y. But for single width only the left half of
// the row's columns exist; the others are blank.
func (s *Screen) LineAttribute(y int) LineAttribute {
	if !s.inside(0, y) {
		return SingleWidth
	}
	return s.rows[y].attribute
}

// SetLineAttribute makes row y as large as a says. It does nothing outside the
// screen.
func (s *Screen) SetLineAttribute(y int, a LineAttribute) {
	if !s.inside(0, y) || s.rows[y].attribute == a {
		return
	}
	s.enlarged = s.enlarged || a != SingleWidth
	s.writable(y).attribute = a
}

// shown gives how many of the row's columns exist.
func (r *row) shown() int {
	if r.attribute == SingleWidth {
		return len(r.cells)
	}
	return (len(r.cells) + 1) / 2
}

// setLineAttribute does DECDHL, DECSWL and DECDWL with this final byte; while
// there may be left and right margins all rows are single (DECLRMM). What the
// right half of the row holds comes back with DECSWL, and the cursor stays
// there, or near, as in xterm.
func (t *Terminal) setLineAttribute(final byte) {
	c := &t.screen.Cursor
	switch {
	case t.modes.has(declrmm):
	case final == decswl:
		t.screen.SetLineAttribute(c.Y, SingleWidth)
	default:
		t.screen.SetLineAttribute(c.Y, LineAttribute(final))
		c.X = min(c.X, t.screen.cols/2)
	}
}

// singleWidth makes all rows of the screen single.
func (s *Screen) singleWidth() {
	for y, r := range s.rows {
		if r.attribute != SingleWidth {
			s.writable(y).attribute = SingleWidth
		}
	}
}

// beyondHalf reports whether the cursor is where its row has no column, and does not
// wrap: it stays there, and what is printed is lost, as in xterm.
func (t *Terminal) beyondHalf() bool { return t.screen.enlarged && t.cursorBeyond() }

func (t *Terminal) cursorBeyond() bool {
	c := t.screen.Cursor
	return c.X >= t.screen.rows[c.Y].shown() && !(c.PendingWrap && t.modes.has(decawm))
}

// shownLimit gives the last column of the cursor's row, limit at most.
func (t *Terminal) shownLimit(limit int) int {
	return min(limit, t.screen.rows[t.screen.Cursor.Y].shown()-1)
}

// hideRest makes blank what the rows hold beyond their half. It says whether
// there are rows that have one.
func (s *Screen) hideRest() (enlarged bool) {
	for y, r := range s.rows {
		enlarged = enlarged || r.attribute != SingleWidth
		if r.end > r.shown() {
			s.writable(y).fill(r.shown(), len(r.cells), 0)
		}
	}
	return enlarged
}

// reshaped is Resized as far as a diff can rely on it: of the rows of double
// width some terminals keep the attribute, and some not.
func (s *Screen) reshaped(cols, rows int) *Screen {
	r := s.Resized(cols, rows)
	for y := range r.rows {
		if s.enlarged {
			r.SetLineAttribute(y, unsureWidth)
		}
	}
	return r
}

// columns gives how many the row has that the cursor is in.
func (d *differ) columns() int { return d.to.rows[d.y].shown() }

// lineAttributes makes the rows as large as they shall be. One that changes
// begins anew as a blank one: what is lost and what comes back is not the same
// in all terminals, and some do not know of this at all.
func (d *differ) lineAttributes(shown []*row) {
	for y, r := range shown {
		to := d.to.rows[y].attribute
		if r == nil && to == SingleWidth || r != nil && r.attribute == to {
			continue
		}
		d.moveTo(0, y)
		d.erasePen(0)
		d.out = append(d.out, esc, '#', byte(to))
		if to == SingleWidth {
			d.out[len(d.out)-1] = decswl
		}
		d.out = append(d.out, "\x1b[K"...)
		shown[y] = nil
	}
}
