package vt

import "unicode"

// What is here paints over a screen: predictions, the notification bar. A
// Rendition given to these is one of this screen's: its Link is a number in
// this screen's table. What is outside the screen is left out.

// SetText writes text, one character or cluster, into the cell at column x of
// row y, and into the next too if width is 2. Of a wide character that loses
// one half, the other half becomes a blank. It does nothing if the text does
// not fit into the row.
func (s *Screen) SetText(x, y int, text string, width int, r Rendition) {
	if !s.inside(x, y) || x+width > s.cols || width < 1 {
		return
	}
	cells := s.writableCells(y)
	width = min(width, 2)
	cut(cells, x)
	cut(cells, x+width)
	c := s.tables.textCell(text).withRendition(s.tables.renditionBits(r))
	if width == 2 {
		cells[x+1] = c | cellTail
		c |= cellWide
	}
	cells[x] = c
}

// SetRendition changes how the character at column x of row y looks; both
// halves of a wide one change.
func (s *Screen) SetRendition(x, y int, r Rendition) {
	if !s.inside(x, y) {
		return
	}
	cells := s.writableCells(y)
	bits := s.tables.renditionBits(r)
	cells[x] = cells[x].withRendition(bits)
	switch {
	case cells[x].Wide() && x+1 < s.cols:
		cells[x+1] = cells[x+1].withRendition(bits)
	case cells[x].Tail() && x > 0:
		cells[x-1] = cells[x-1].withRendition(bits)
	}
}

// Erase makes n columns of row y blank, from column x on.
func (s *Screen) Erase(x, y, n int, r Rendition) {
	if !s.inside(x, y) || n < 1 {
		return
	}
	cells := s.writableCells(y)
	end := min(x+n, s.cols)
	cut(cells, x)
	cut(cells, end)
	s.blank(cells[x:end], r)
}

// InsertCells moves what is at column x of row y and to its right n columns to
// the right, as ICH does. What leaves the row is lost.
func (s *Screen) InsertCells(x, y, n int, r Rendition) {
	if !s.inside(x, y) || n < 1 {
		return
	}
	cells := s.writableCells(y)
	n = min(n, s.cols-x)
	cut(cells, x)
	cut(cells, s.cols-n)
	copy(cells[x+n:], cells[x:])
	s.blank(cells[x:x+n], r)
}

// DeleteCells takes n columns out of row y at column x and moves the rest of
// the row to the left, as DCH does. Blanks come in at the right.
func (s *Screen) DeleteCells(x, y, n int, r Rendition) {
	if !s.inside(x, y) || n < 1 {
		return
	}
	cells := s.writableCells(y)
	n = min(n, s.cols-x)
	cut(cells, x)
	cut(cells, x+n)
	copy(cells[x:], cells[x+n:])
	s.blank(cells[s.cols-n:], r)
}

// DrawText writes text from column x of row y on, up to the right edge, as a
// terminal would: a code point of no width joins the one before it. It gives
// the number of columns written. Control characters are left out.
func (s *Screen) DrawText(x, y int, text string, r Rendition) (columns int) {
	for text != "" {
		n, w := nextCharacter(text)
		if x+columns+w > s.cols {
			break
		}
		if w > 0 {
			s.SetText(x+columns, y, text[:n], w, r)
		}
		columns += w
		text = text[n:]
	}
	return columns
}

// nextCharacter gives the bytes and the columns of the first character of text
// and the code points of no width that join it.
func nextCharacter(text string) (n, width int) {
	for i, c := range text {
		w := runeWidth(c)
		if i > 0 && (w > 0 || width == 0 || unicode.IsControl(c)) {
			return i, width
		}
		width += w
	}
	return len(text), width
}

// TextWidth gives the number of columns that DrawText needs for text.
func TextWidth(text string) (columns int) {
	for _, c := range text {
		columns += runeWidth(c)
	}
	return columns
}

// Resized gives the screen as it is after a window of the given size, clamped
// as in NewScreen, has been put over it: cut and padded at the right and at the
// bottom, the cursor held inside. s is not changed.
func (s *Screen) Resized(cols, rows int) *Screen {
	t := resume(s)
	t.Resize(cols, rows)
	return t.Snapshot()
}

func (s *Screen) inside(x, y int) bool {
	return x >= 0 && y >= 0 && x < s.cols && y < len(s.rows)
}

// blank erases cells, which hold no half of a character whose other half is
// outside.
func (s *Screen) blank(cells []Cell, r Rendition) {
	c := s.tables.renditionBits(r)
	for i := range cells {
		cells[i] = c
	}
}

// cut makes sure that no character lies across the left edge of column x: both
// halves of one that does become blanks.
func cut(cells []Cell, x int) {
	if x <= 0 || x >= len(cells) || !cells[x].Tail() {
		return
	}
	cells[x-1] &= cellRendition
	cells[x] &= cellRendition
}
