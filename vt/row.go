package vt

import (
	"slices"
	"unicode/utf8"
)

// row is a row of cells. Only the screen whose owner it names may write to it.
// Other screens that hold it copy it first.
type row struct {
	cells []Cell
	owner *owner
	// wrapped is set if the line continues in the next row: autowrap broke it, not the
	// program.
	wrapped   bool
	attribute LineAttribute
	// end bounds the cells that were written: from here on they are zero.
	end int
}

// owner identifies a period in which one screen may write to its rows. It has a
// size, so that two owners have two addresses.
type owner struct{ _ byte }

func (r *row) clone(o *owner) *row {
	c := &row{cells: make([]Cell, len(r.cells)), owner: o, wrapped: r.wrapped, attribute: r.attribute, end: r.end}
	copy(c.cells, r.cells)
	return c
}

func (r *row) cut(x int) { cut(r.cells, x) }

func (r *row) fill(x0, x1 int, c Cell) {
	r.cut(x0)
	r.cut(x1)
	r.set(x0, x1, c)
}

// set is fill if no wide character crosses the edges.
func (r *row) set(x0, x1 int, c Cell) {
	r.touch(x1)
	cells := r.cells[x0:x1]
	if c == 0 {
		clear(cells)
		if x1 == len(r.cells) {
			r.end = min(r.end, x0)
		}
		return
	}
	for i := range cells {
		cells[i] = c
	}
}

func (r *row) clear() {
	clear(r.cells[:r.end])
	r.end, r.wrapped, r.attribute = 0, false, SingleWidth
}

// touch marks the cells left of x as written. A row whose last column is written no
// longer continues in the next.
func (r *row) touch(x int) {
	r.end = max(r.end, x)
	if x == len(r.cells) {
		r.wrapped = false
	}
}

// shift moves the cells in columns x0 to x1-1 by n columns, to the right if n is
// positive, and fills the gap with c.
func (r *row) shift(x0, x1, n int, c Cell) {
	r.cut(x0)
	r.cut(x1)
	cells := r.cells[x0:x1]
	switch width := len(cells); {
	case n >= width || -n >= width:
		r.set(x0, x1, c)
	case n > 0:
		r.cut(x1 - n)
		copy(cells[n:], cells)
		r.set(x0, x0+n, c)
	case n < 0:
		r.cut(x0 - n)
		copy(cells, cells[-n:])
		r.set(x1+n, x1, c)
	}
	r.touch(x1)
}

// unpackASCII sets cells to the characters of text, in the style of pen. text is at
// least as long as cells.
func unpackASCII(cells []Cell, text []byte, pen Cell) {
	n := len(cells)
	if n < 8 {
		for i, b := range text[:n] {
			cells[i] = pen | Cell(b)
		}
		return
	}
	text = text[:n]
	for i := 0; i <= n-8; i += 8 {
		unpackEight((*[8]Cell)(cells[i:]), (*[8]byte)(text[i:]), pen)
	}
	if n%8 != 0 { // the last eight, some of them twice
		unpackEight((*[8]Cell)(cells[n-8:]), (*[8]byte)(text[n-8:]), pen)
	}
}

func unpackEight(c *[8]Cell, b *[8]byte, pen Cell) {
	c[0], c[1] = pen|Cell(b[0]), pen|Cell(b[1])
	c[2], c[3] = pen|Cell(b[2]), pen|Cell(b[3])
	c[4], c[5] = pen|Cell(b[4]), pen|Cell(b[5])
	c[6], c[7] = pen|Cell(b[6]), pen|Cell(b[7])
}

// packASCII is the inverse of unpackASCII. It stops at a cell that is not ASCII or
// a blank in the given style, and returns the number of bytes set in text. text is
// at least as long as cells.
func packASCII(text []byte, cells []Cell, style Cell) int {
	n := 0
	for len(cells) >= 8 && len(text) >= 8 && cells[7]^style < utf8.RuneSelf {
		c, b := (*[8]Cell)(cells), (*[8]byte)(text)
		b[0], b[1], b[2], b[3] = byte(c[0]), byte(c[1]), byte(c[2]), byte(c[3])
		b[4], b[5], b[6], b[7] = byte(c[4]), byte(c[5]), byte(c[6]), byte(c[7])
		if (c[0]^style)|(c[1]^style)|(c[2]^style)|(c[3]^style)|(c[4]^style)|(c[5]^style)|(c[6]^style) >= utf8.RuneSelf {
			break
		}
		cells, text, n = cells[8:], text[8:], n+8
	}
	text = text[:len(cells)]
	for i, c := range cells {
		if c ^= style; c >= utf8.RuneSelf {
			return n + i
		}
		text[i] = byte(c)
	}
	return n + len(cells)
}

// continues reports whether the line of r goes on in the cells of the next row: the
// programs that scroll or erase rows may have parted the two.
func (r *row) continues(next []Cell) bool {
	if !r.wrapped || len(next) == 0 || next[0] == 0 || !r.full() {
		return false
	}
	return r.cells[r.columns()-1] != 0 || next[0].Wide()
}

func (r *row) unused() bool {
	return r.attribute == SingleWidth && !slices.ContainsFunc(r.cells, func(c Cell) bool { return c != 0 })
}

// full reports whether r has text up to its last column, or the one before it, where a
// wide character did not fit.
func (r *row) full() bool {
	n := r.columns()
	return n > 0 && (r.cells[n-1] != 0 || n > 1 && r.cells[n-2] != 0)
}

// line returns the cells of r that belong to its line. A wide character that did not fit
// into a row has left its last column blank.
func (r *row) line() []Cell {
	cells := r.cells[:r.columns()]
	if last := len(cells) - 1; r.wrapped && last > 0 && cells[last] == 0 {
		return cells[:last]
	}
	return cells
}

// LineAttribute is the size of a row's characters: 0 for single width, else the
// final byte of the escape sequence that sets it (ESC #; DEC STD 070).
type LineAttribute byte

const (
	SingleWidth        LineAttribute = 0   // DECSWL
	DoubleHeightTop    LineAttribute = '3' // DECDHL: the upper half of the characters
	DoubleHeightBottom LineAttribute = '4' // DECDHL: the lower half
	DoubleWidth        LineAttribute = '6' // DECDWL

	// unsureWidth is the attribute of a row that a terminal may have kept or reset.
	unsureWidth LineAttribute = 1

	decswl = '5'
)

// LineAttribute returns the attribute of row y. In a row of double width only the
// left half of the columns exist; the others are blank.
func (s *Screen) LineAttribute(y int) LineAttribute {
	if !s.inside(0, y) {
		return SingleWidth
	}
	return s.rows[y].attribute
}

// SetLineAttribute sets the attribute of row y. It does nothing outside of the
// screen.
func (s *Screen) SetLineAttribute(y int, a LineAttribute) {
	if !s.inside(0, y) || s.rows[y].attribute == a {
		return
	}
	s.hasLineAttributes = s.hasLineAttributes || a != SingleWidth
	s.writable(y).attribute = a
}

func (r *row) columns() int {
	if r.attribute == SingleWidth {
		return len(r.cells)
	}
	return (len(r.cells) + 1) / 2
}

// setLineAttribute performs DECDHL, DECSWL and DECDWL, by the final byte. While
// left and right margins are enabled all rows are single (DECLRMM). The right half
// of a row's content is kept and comes back with DECSWL. The cursor stays in the
// right half or moves to its edge, as in xterm.
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

func (s *Screen) singleWidth() {
	for y, r := range s.rows {
		if r.attribute != SingleWidth {
			s.writable(y).attribute = SingleWidth
		}
	}
}

// beyondHalf reports whether the cursor is right of its row's last column and will
// not wrap. It stays there, and printed text is lost, as in xterm.
func (t *Terminal) beyondHalf() bool { return t.screen.hasLineAttributes && t.cursorBeyond() }

func (t *Terminal) cursorBeyond() bool {
	c := t.screen.Cursor
	return c.X >= t.screen.rows[c.Y].columns() && !(c.PendingWrap && t.modes.has(decawm))
}

func (t *Terminal) lastColumn(limit int) int {
	return min(limit, t.screen.rows[t.screen.Cursor.Y].columns()-1)
}

// blankHiddenHalf blanks the columns that do not exist in rows of double width. It
// reports whether there are such rows.
func (s *Screen) blankHiddenHalf() (enlarged bool) {
	for y, r := range s.rows {
		enlarged = enlarged || r.attribute != SingleWidth
		if r.end > r.columns() {
			s.writable(y).fill(r.columns(), len(r.cells), 0)
		}
	}
	return enlarged
}

// reshaped is Resized for a diff: some terminals keep the attribute of rows of
// double width, and some reset it, so it is unsure.
func (s *Screen) reshaped(cols, rows int) *Screen {
	r := s.Resized(cols, rows)
	for y := range r.rows {
		if s.hasLineAttributes {
			r.SetLineAttribute(y, unsureWidth)
		}
	}
	return r
}

func (d *differ) columns() int { return d.to.rows[d.y].columns() }

// lineAttributes sets the attributes of rows. A row whose attribute changes becomes
// blank: terminals differ in which of its text they keep, and some do not know the
// attributes at all.
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
