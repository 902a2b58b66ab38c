package vt

import "gm/vt/parser"

// rep repeats the character before it (REP), if it was a printable one. It can
// not itself be repeated (xterm). Of a character and its marks the first code
// point is repeated, and none of them joins another.
func (t *Terminal) rep(s *parser.Sequence) {
	if !t.last.valid {
		return
	}
	c := t.last.char
	if width := t.width(c); width > 0 && width <= t.screen.cols {
		t.repeat(c, width, s.Count(0))
	}
	t.last.valid = false
}

// repeat prints n times a character of 1 or 2 columns. It ends early when more of
// them would change nothing but the history, where only as many lines are added as
// the screen has rows.
func (t *Terminal) repeat(c rune, width, n int) {
	if !t.modes.has(decawm) {
		n = min(n, t.screen.cols+width) // the last column has been reached then
	}
	still := 0 // wraps that left the cursor in its row
	for n > 0 && !t.beyondHalf() {
		limit, cursor := t.rightLimit(), t.screen.Cursor
		if (cursor.PendingWrap || cursor.X+width > limit+1) && t.modes.has(decawm) {
			t.wrap()
			limit = t.rightLimit()
			if t.screen.Cursor.Y == cursor.Y {
				still++
				n = t.skipLines((limit+1-t.screen.Cursor.X)/width, n, still)
			}
		}
		if t.screen.Cursor.X+width > limit+1 && (t.modes.has(decawm) || !t.makeFit(width, &limit)) {
			return
		}
		k := min(n, (limit+1-t.screen.Cursor.X)/width)
		t.writeCopies(c, width, k, limit)
		n -= k
	}
}

// skipLines leaves out lines of a repetition, of so many characters each, that was
// wrapped into a row which scrolls or is written over again and again. It returns
// how many characters are left to print. Between left and right margins, all lines
// that are to scroll do so at once.
func (t *Terminal) skipLines(line, n, still int) int {
	cursor, m := &t.screen.Cursor, t.margin
	if line == 0 {
		return n
	}
	if cursor.Y != m.bottom || t.fullWidth() || !t.withinColumns() {
		if still == len(t.screen.rows) {
			n = (n-1)%line + 1
		}
		return n
	}
	height, lines := m.bottom+1-m.top, (n-1)/line+1
	if lines > height {
		n -= (lines - height) * line
		lines = height
	}
	t.scrollUp(m.top, lines-1)
	cursor.Y -= lines - 1
	return n
}

// writeCopies writes n copies of a character between the cursor and column limit,
// where there is room for them.
func (t *Terminal) writeCopies(c rune, width, n, limit int) {
	x, y := t.screen.Cursor.X, t.screen.Cursor.Y
	end := x + n*width
	t.work += (end - x) / cheapFill
	if t.modes.has(irm) && (end <= limit || limit < t.margin.right) {
		t.makeRoom(end - x)
	}
	r := t.screen.writable(y)
	r.cut(x)
	r.cut(end)
	r.touch(end)
	cells, cell := r.cells[x:end], t.brush|Cell(c)
	if width == 2 {
		for i := 0; i < len(cells); i += 2 {
			cells[i], cells[i+1] = cell|cellWide, cell|cellTail
		}
	} else {
		for i := range cells {
			cells[i] = cell
		}
	}
	t.last = lastWritten{x: end - width, y: y, char: c, valid: true}
	t.advance(end, limit)
}
