package vt

import "gm/vt/parser"

// ich shifts the rest of the line right (ICH). It does nothing outside of the left
// and right margins.
func (t *Terminal) ich(s *parser.Sequence) { t.shiftLine(s.Count(0)) }

func (t *Terminal) dch(s *parser.Sequence) { t.shiftLine(-s.Count(0)) }

func (t *Terminal) shiftLine(n int) {
	c := &t.screen.Cursor
	c.PendingWrap = false
	if t.inColumns() {
		t.work += (t.margin.right + 1 - c.X) / cheapMove
		t.screen.writable(c.Y).shift(c.X, t.margin.right+1, n, t.blank())
	}
}

func (t *Terminal) il(s *parser.Sequence) {
	if t.inMargins() {
		t.scrollDown(t.screen.Cursor.Y, s.Count(0))
		t.lineStart()
	}
}

func (t *Terminal) dl(s *parser.Sequence) {
	if t.inMargins() {
		t.deleteLines(t.screen.Cursor.Y, s.Count(0))
		t.lineStart()
	}
}

// deleteLines is scrollUp without adding to the history.
func (t *Terminal) deleteLines(top, n int) {
	off := t.historyWriter.off
	t.historyWriter.off = true
	t.scrollUp(top, n)
	t.historyWriter.off = off
}

func (t *Terminal) lineStart() {
	t.screen.Cursor.X = t.margin.left
	t.screen.Cursor.PendingWrap = false
}

func (t *Terminal) decic(s *parser.Sequence) {
	if t.inMargins() {
		t.moveColumns(t.screen.Cursor.X, s.Count(0))
	}
}

func (t *Terminal) decdc(s *parser.Sequence) {
	if t.inMargins() {
		t.moveColumns(t.screen.Cursor.X, -s.Count(0))
	}
}

// The numbers of cells that count as one in the terminal's work: of cells set to one
// value, and of cells moved.
const (
	cheapFill = 4
	cheapMove = 2
)

// erase blanks columns x0 to x1-1 of row y. A selective erase skips protected
// cells.
func (t *Terminal) erase(y, x0, x1 int, selective bool) {
	r := t.screen.writable(y)
	if !selective {
		t.work += (x1 - x0) / cheapFill
		r.fill(x0, x1, t.blank())
		return
	}
	t.work += (x1 - x0) / cheapMove
	if x0 < x1 {
		r.eraseUnprotected(x0, x1, t.blank())
	}
}

// eraseUnprotected blanks the cells in columns x0 to x1-1 that are not protected.
// The halves of a wide character are equal in this.
func (r *row) eraseUnprotected(x0, x1 int, blank Cell) {
	if r.cells[x0]&cellProtected == 0 {
		r.cut(x0)
	}
	if r.cells[x1-1]&cellProtected == 0 {
		r.cut(x1)
		r.touch(x1)
	}
	r.end = max(r.end, x1)
	cells := r.cells[x0:x1]
	for x, c := range cells {
		change := c&cellProtected/cellProtected - 1 // all bits, or none
		cells[x] = c ^ (c^blank)&change
	}
}

func (t *Terminal) eraseDisplay(s *parser.Sequence) {
	selective := s.Marker == '?' || t.eraseProtected
	c := t.screen.Cursor
	cols, rows := t.screen.Size()
	part := s.At(0, 0)
	if part == 0 && c.X+c.Y == 0 || part == 1 && c.X == cols-1 && c.Y == rows-1 {
		part = 2 // which also makes the cursor's row one of single width
	}
	switch part {
	case 0:
		t.eraseLineFrom(selective)
		t.eraseWhole(c.Y+1, rows, selective)
	case 1:
		t.eraseWhole(0, c.Y, selective)
		t.erase(c.Y, 0, c.X+1, selective)
	case 2:
		if s.At(0, 0) == 2 && !selective {
			t.saveErased()
		}
		t.eraseWhole(0, rows, selective)
	case 3:
		t.ClearHistory()
		return
	}
	t.screen.Cursor.PendingWrap = false
}

func (t *Terminal) eraseLine(s *parser.Sequence) {
	selective := s.Marker == '?' || t.eraseProtected
	c := t.screen.Cursor
	switch s.At(0, 0) {
	case 0:
		t.eraseLineFrom(selective)
	case 1:
		t.erase(c.Y, 0, c.X+1, selective)
	case 2:
		t.erase(c.Y, 0, t.screen.cols, selective)
	}
	t.screen.Cursor.PendingWrap = false
}

func (t *Terminal) eraseLineFrom(selective bool) {
	c := t.screen.Cursor
	t.erase(c.Y, c.X, t.screen.cols, selective)
}

// eraseWhole erases rows y0 to y1-1. They become of single width, except for those
// with protected cells (xterm).
func (t *Terminal) eraseWhole(y0, y1 int, selective bool) {
	for y := y0; y < y1; y++ {
		if selective {
			t.work += t.screen.cols / cheapFill
		}
		if selective && t.screen.rows[y].protects() {
			t.erase(y, 0, t.screen.cols, true)
		} else {
			t.eraseRows(y, y+1)
		}
	}
}

func (r *row) protects() bool {
	var all Cell
	for _, c := range r.cells[:r.end] {
		all |= c
	}
	return all&cellProtected != 0
}

func (t *Terminal) ech(s *parser.Sequence) {
	c := &t.screen.Cursor
	t.erase(c.Y, c.X, min(c.X+s.Count(0), t.screen.cols), t.eraseProtected)
	c.PendingWrap = false
}
