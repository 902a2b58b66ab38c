package vt

import "gm/vt/parser"

// margins bound the scrolling region (DECSTBM, DECSLRM). All four are inside of it.
type margins struct{ top, bottom, left, right int }

func (s *Screen) fullMargins() margins {
	return margins{bottom: len(s.rows) - 1, right: s.cols - 1}
}

func (t *Terminal) fullWidth() bool {
	return t.margin.left == 0 && t.margin.right == t.screen.cols-1
}

func (t *Terminal) inColumns() bool {
	x := t.screen.Cursor.X
	return x >= t.margin.left && x <= t.margin.right
}

func (t *Terminal) inMargins() bool {
	y := t.screen.Cursor.Y
	return t.inColumns() && y >= t.margin.top && y <= t.margin.bottom
}

// decstbm sets the top and bottom margins (DECSTBM). It does nothing if they are
// less than two rows apart.
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

// decslrm sets the left and right margins (DECSLRM) if DECLRMM is set; else the
// sequence is SCOSC.
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

// area returns the rectangle of four parameters from i on (top, left, bottom,
// right), relative to the margins in origin mode, and whether it has cells.
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

// origin returns the rectangle that positions are relative to: the margins in
// origin mode, else the screen.
func (t *Terminal) origin() margins {
	if t.modes.has(decom) {
		return t.margin
	}
	return t.screen.fullMargins()
}

// index moves down one row; at the bottom margin the region scrolls up (IND).
func (t *Terminal) index() {
	c := &t.screen.Cursor
	c.PendingWrap = false
	switch {
	case c.Y == t.margin.bottom:
		if t.inColumns() {
			t.scrollUp(t.margin.top, 1)
		}
	case c.Y < len(t.screen.rows)-1:
		c.Y++
	}
}

// reverseIndex moves up one row; at the top margin the region scrolls down (RI).
func (t *Terminal) reverseIndex() {
	c := &t.screen.Cursor
	c.PendingWrap = false
	switch {
	case c.Y == t.margin.top:
		if t.inColumns() {
			t.scrollDown(t.margin.top, 1)
		}
	case c.Y > 0:
		c.Y--
	}
}

// scrollUp moves the rows from top to the bottom margin up by n, between the left
// and right margins. Whole rows that leave the main screen at its top go into the
// history.
func (t *Terminal) scrollUp(top, n int) {
	bottom := t.margin.bottom
	n = min(n, bottom+1-top)
	switch {
	case !t.fullWidth():
		t.moveRows(top, bottom, n)
	case n == 1:
		t.scrollLine(top)
	default:
		rows := t.screen.rows[top : bottom+1]
		if top == 0 && !t.altActive {
			for _, r := range rows[:n] {
				t.pushHistory(r)
			}
		}
		rotateUp(rows, n)
		t.eraseRows(bottom+1-n, bottom+1)
	}
}

func (t *Terminal) scrollLine(top int) {
	rows, bottom := t.screen.rows, t.margin.bottom
	leaves, ofMain := rows[top], top == 0 && !t.altActive
	if ofMain {
		t.pushHistory(leaves)
	}
	blank := t.blankRow(leaves)
	if ofMain && bottom == len(rows)-1 {
		t.screen.rows = append(t.ringRows(rows)[1:], blank)
		return
	}
	copy(rows[top:bottom], rows[top+1:bottom+1])
	rows[bottom] = blank
}

func (t *Terminal) pushHistory(r *row) {
	t.screen.top++
	t.work += (r.end + t.historyWriter.push(t.screen, r)) / cheapMove
}

// ringRows returns the rows of the main screen with capacity behind them. The
// screen is a window that moves along a slice twice its size and is copied to its
// start when it reaches the end, so that most scrolling copies nothing.
func (t *Terminal) ringRows(rows []*row) []*row {
	if cap(rows) > len(rows) {
		return rows
	}
	if cap(t.ring) != 2*len(rows) {
		t.ring = make([]*row, 0, 2*len(rows))
	}
	return append(t.ring, rows...)
}

func (t *Terminal) scrollDown(top, n int) {
	bottom := t.margin.bottom
	n = min(n, bottom+1-top)
	if !t.fullWidth() {
		t.moveRows(top, bottom, -n)
		return
	}
	rows := t.screen.rows[top : bottom+1]
	rotateUp(rows, len(rows)-n)
	t.eraseRows(top, top+n)
}

func rotateUp(rows []*row, n int) {
	out := append([]*row(nil), rows[:n]...)
	copy(rows, rows[n:])
	copy(rows[len(rows)-n:], out)
}

// moveRows moves the cells between the left and right margins up by n rows, or down
// if n is negative.
func (t *Terminal) moveRows(top, bottom, n int) {
	x0, x1 := t.margin.left, t.margin.right+1
	for y := top; y <= bottom; y++ {
		r := t.screen.writable(y)
		r.cut(x0)
		r.cut(x1)
	}
	rows := t.screen.rows[top : bottom+1]
	cells, outside := x1-x0, t.screen.cols-(x1-x0)
	byOne := (n == 1 || n == -1) && outside < cells && len(rows) > 1
	if byOne {
		cells = outside
	}
	t.work += len(rows) * (rowWork + cells/cheapMove)
	switch {
	case byOne:
		t.moveOutside(rows, x0, x1, n > 0)
	case n > 0:
		for y := range len(rows) - n {
			rows[y].copyFrom(rows[y+n], x0, x1)
		}
	default:
		for y := len(rows) - 1; y+n >= 0; y-- {
			rows[y].copyFrom(rows[y+n], x0, x1)
		}
	}
	if n < 0 {
		rows = rows[:-n]
	} else {
		rows = rows[len(rows)-n:]
	}
	for _, r := range rows {
		r.fill(x0, x1, t.blank())
	}
}

// copyFrom copies columns x0 to x1-1 of another row. No wide character crosses the
// edges in either.
func (r *row) copyFrom(o *row, x0, x1 int) {
	copy(r.cells[x0:x1], o.cells[x0:x1])
	r.touch(x1)
}

// rowWork is the work of moving a row, in cells.
const rowWork = 2

// moveOutside moves rows by one, up or down, and moves the columns outside of x0 to
// x1-1 back, which is less work if most columns are inside. The caller fills the
// row that came in.
func (t *Terminal) moveOutside(rows []*row, x0, x1 int, up bool) {
	last := len(rows) - 1
	from, to, step := 0, last, -1 // the row that leaves, its new place, the direction back
	if !up {
		from, to, step = last, 0, 1
	}
	leaves := rows[from]
	if up {
		copy(rows, rows[1:])
	} else {
		copy(rows[1:], rows[:last])
	}
	rows[to] = leaves
	t.scratch = append(append(t.scratch[:0], leaves.cells[:x0]...), leaves.cells[x1:]...)
	wrapped := leaves.wrapped
	for y := to; y != from; y += step {
		r, o := rows[y], rows[y+step]
		copy(r.cells[:x0], o.cells[:x0])
		copy(r.cells[x1:], o.cells[x1:])
		r.wrapped, r.end = o.wrapped, len(r.cells)
	}
	r := rows[from]
	copy(r.cells[:x0], t.scratch)
	copy(r.cells[x1:], t.scratch[x0:])
	r.wrapped, r.end = wrapped, len(r.cells)
	if x1 == len(r.cells) {
		for _, r := range rows {
			r.wrapped = false
		}
	}
}

// blankRow returns a blank row, in the memory of r if no other screen holds it.
func (t *Terminal) blankRow(r *row) *row {
	t.work += t.screen.cols / cheapFill
	blank := t.blank()
	switch {
	case r.owner != t.screen.owner:
		r = &row{cells: make([]Cell, t.screen.cols), owner: t.screen.owner}
	case blank == 0:
		r.clear()
	}
	if blank != 0 {
		r.attribute = SingleWidth
		r.fill(0, len(r.cells), blank)
	}
	return r
}

func (t *Terminal) eraseRows(y0, y1 int) {
	for y := y0; y < y1; y++ {
		t.screen.rows[y] = t.blankRow(t.screen.rows[y])
	}
}

// moveColumns moves the cells inside the margins, from column x on, n columns to
// the right, or to the left if n is negative.
func (t *Terminal) moveColumns(x, n int) {
	t.work += (t.margin.bottom + 1 - t.margin.top) * (t.margin.right + 1 - x) / cheapMove
	for y := t.margin.top; y <= t.margin.bottom; y++ {
		t.screen.writable(y).shift(x, t.margin.right+1, n, t.blank())
	}
}

func (t *Terminal) su(s *parser.Sequence) { t.scrollUp(t.margin.top, s.Count(0)) }

// sd performs SD with one parameter. With more, or with 0, the sequence is xterm's
// highlight tracking, which is not implemented.
func (t *Terminal) sd(s *parser.Sequence) {
	if s.N <= 1 && s.At(0, 1) > 0 {
		t.scrollDown(t.margin.top, s.Count(0))
	}
}

func (t *Terminal) sl(s *parser.Sequence) {
	if t.inMargins() {
		t.moveColumns(t.margin.left, -s.Count(0))
	}
}

func (t *Terminal) sr(s *parser.Sequence) {
	if t.inMargins() {
		t.moveColumns(t.margin.left, s.Count(0))
	}
}

// backIndex moves left one column; at the left margin the region scrolls right
// (DECBI, level 4).
func (t *Terminal) backIndex() {
	c := t.screen.Cursor
	switch {
	case t.conformance < 4:
	case c.X != t.margin.left:
		t.backward(1)
	case t.inMargins():
		t.moveColumns(t.margin.left, 1)
	}
}

// forwardIndex moves right one column; at the right margin the region scrolls left
// (DECFI, level 4).
func (t *Terminal) forwardIndex() {
	c := t.screen.Cursor
	switch {
	case t.conformance < 4:
	case c.X != t.margin.right:
		t.forward(1)
	case t.inMargins():
		t.moveColumns(t.margin.left, -1)
	}
}
