package vt

import "gm/vt/parser"

// ich shifts the rest of the line right (ICH). It does nothing outside the left
// and right margins.
func (t *Terminal) ich(s *parser.Sequence) { t.shiftLine(s.Count(0)) }

// dch shifts the rest of the line left (DCH).
func (t *Terminal) dch(s *parser.Sequence) { t.shiftLine(-s.Count(0)) }

func (t *Terminal) shiftLine(n int) {
	c := &t.screen.Cursor
	c.PendingWrap = false
	if t.withinColumns() {
		t.work += (t.margin.right + 1 - c.X) / cheapMove
		t.screen.writable(c.Y).shift(c.X, t.margin.right+1, n, t.blank())
	}
}

// il inserts blank lines at the cursor's (IL), inside the margins.
func (t *Terminal) il(s *parser.Sequence) {
	if t.within() {
		t.scrollDown(t.screen.Cursor.Y, s.Count(0))
		t.lineStart()
	}
}

// dl deletes lines from the cursor's on (DL).
func (t *Terminal) dl(s *parser.Sequence) {
	if t.within() {
		t.deleteLines(t.screen.Cursor.Y, s.Count(0))
		t.lineStart()
	}
}

// deleteLines is scrollUp, but what is deleted is not history.
func (t *Terminal) deleteLines(top, n int) {
	keep := t.history.limit
	t.history.limit = 0
	t.scrollUp(top, n)
	t.history.limit = keep
}

func (t *Terminal) lineStart() {
	t.screen.Cursor.X = t.margin.left
	t.screen.Cursor.PendingWrap = false
}

// decic inserts columns at the cursor's (DECIC).
func (t *Terminal) decic(s *parser.Sequence) {
	if t.within() {
		t.moveColumns(t.screen.Cursor.X, s.Count(0))
	}
}

// decdc deletes columns from the cursor's on (DECDC).
func (t *Terminal) decdc(s *parser.Sequence) {
	if t.within() {
		t.moveColumns(t.screen.Cursor.X, -s.Count(0))
	}
}
