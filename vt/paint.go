package vt

import (
	"slices"
	"unicode"

	"gm/vt/cellwidth"
)

// The functions below paint over a screen: predictions, the notification bar. The Link of
// a Rendition is a number in this screen's table. Positions outside of the screen are
// ignored.

// SetText writes text, one character or cluster, into the cell at column x of row
// y, and into the next too if width is 2. The other half of a wide character that
// is overwritten becomes a blank. SetText does nothing if the text does not fit
// into the row.
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

// SetRendition sets the rendition of the character at column x of row y, of both
// halves if it is wide.
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

// Erase blanks n columns of row y from column x on.
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

// InsertCells moves the cells of row y from column x on n columns to the right, as
// ICH does. Cells that leave the row are lost.
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

// DeleteCells removes n columns of row y at column x and moves the rest of the row
// to the left, as DCH does. Blanks come in at the right.
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
// terminal does: a code point of no width joins the one before it. It returns the
// number of columns written. Control characters are left out.
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

// nextCharacter returns the length in bytes and the columns of the first character
// of text with the code points of no width that join it.
func nextCharacter(text string) (n, width int) {
	for i, c := range text {
		w := cellwidth.Of(c)
		if i > 0 && (w > 0 || width == 0 || unicode.IsControl(c)) {
			return i, width
		}
		width += w
	}
	return len(text), width
}

// TextWidth returns the number of columns that DrawText needs for text.
func TextWidth(text string) (columns int) {
	for _, c := range text {
		columns += cellwidth.Of(c)
	}
	return columns
}

// Resized returns a copy of the screen in another size, clamped as in NewScreen:
// cut and padded at the right and at the bottom, with the cursor kept inside.
func (s *Screen) Resized(cols, rows int) *Screen {
	t := resume(s)
	t.Resize(cols, rows)
	return t.Snapshot()
}

func (s *Screen) inside(x, y int) bool {
	return x >= 0 && y >= 0 && x < s.cols && y < len(s.rows)
}

func (s *Screen) blank(cells []Cell, r Rendition) {
	c := s.tables.renditionBits(r)
	for i := range cells {
		cells[i] = c
	}
}

// cut splits a wide character across the left edge of column x into two blanks.
func cut(cells []Cell, x int) {
	if x <= 0 || x >= len(cells) || !cells[x].Tail() {
		return
	}
	cells[x-1] &= cellRendition
	cells[x] &= cellRendition
}

// WithoutPictures returns a copy of s with blanks in place of pictures other than those that
// stay, if that is not nil; s itself if there are none.
func (s *Screen) WithoutPictures(stays func(number uint32) bool) *Screen {
	list := s.Pictures()
	if stays != nil {
		list = slices.DeleteFunc(list, func(p PictureRect) bool { return stays(p.Number) })
	}
	if len(list) == 0 {
		return s
	}
	s = s.Clone()
	for _, p := range list {
		for i := range p.Rows * p.Cols {
			x, y := p.X+i%p.Cols, p.Y+i/p.Cols
			look := s.tables.rendition(s.Cell(x, y))
			look.Fg = 0
			s.SetText(x, y, " ", 1, look)
		}
	}
	return s
}
