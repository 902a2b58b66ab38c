package vt

import "gm/vt/parser"

// margins bound what scrolls (DECSTBM, DECSLRM); all four lines are inside.
type margins struct{ top, bottom, left, right int }

// whole gives the margins that are the whole screen.
func (s *Screen) whole() margins {
	return margins{bottom: len(s.rows) - 1, right: s.cols - 1}
}

// fullWidth says that whole rows scroll.
func (t *Terminal) fullWidth() bool {
	return t.margin.left == 0 && t.margin.right == t.screen.cols-1
}

// withinColumns says that the cursor is between the left and the right margin.
func (t *Terminal) withinColumns() bool {
	x := t.screen.Cursor.X
	return x >= t.margin.left && x <= t.margin.right
}

// within says that the cursor is inside all four margins.
func (t *Terminal) within() bool {
	y := t.screen.Cursor.Y
	return t.withinColumns() && y >= t.margin.top && y <= t.margin.bottom
}

// decstbm sets the top and bottom margins (DECSTBM). They are at least two rows
// apart, else nothing happens.
func (t *Terminal) decstbm(s *parser.Sequence) {
	rows := len(t.screen.rows)
	top, bottom := s.Count(0), min(s.At(1, rows), rows)
	if bottom == 0 {
		bottom = rows
	}
	if top >= bottom {
		return
	}
	t.margin.top, t.margin.bottom = top-1, bottom-1
	t.home()
}

// decslrm sets the left and right margins (DECSLRM), if DECLRMM allows it; else
// the same sequence is SCOSC.
func (t *Terminal) decslrm(s *parser.Sequence) {
	if !t.modes.has(declrmm) {
		t.saveCursor()
		return
	}
	left, right := s.Count(0), min(s.At(1, t.screen.cols), t.screen.cols)
	if right == 0 {
		right = t.screen.cols
	}
	if left >= right {
		return
	}
	t.margin.left, t.margin.right = left-1, right-1
	t.home()
}

// area gives the part of the screen that four parameters from i on name (top,
// left, bottom, right), as columns and rows from 0, the ends excluded. It is
// relative to the margins in origin mode. False says that it is empty.
func (t *Terminal) area(s *parser.Sequence, i int) (a area, ok bool) {
	m := t.origin()
	a.y0 = min(m.top+s.Count(i)-1, m.bottom+1)
	a.x0 = min(m.left+s.Count(i+1)-1, m.right+1)
	a.y1, a.x1 = m.bottom+1, m.right+1
	if n := s.At(i+2, 0); n > 0 {
		a.y1 = min(a.y1, m.top+n)
	}
	if n := s.At(i+3, 0); n > 0 {
		a.x1 = min(a.x1, m.left+n)
	}
	return a, a.x0 < a.x1 && a.y0 < a.y1
}

// area is a rectangle of cells; x1 and y1 are outside.
type area struct{ x0, y0, x1, y1 int }

// origin gives what positions are relative to: the margins in origin mode, else
// the screen.
func (t *Terminal) origin() margins {
	if t.modes.has(decom) {
		return t.margin
	}
	return t.screen.whole()
}
