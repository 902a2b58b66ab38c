package vt

import "gm/vt/parser"

func (t *Terminal) moveTo(x, y int) {
	c := &t.screen.Cursor
	c.X = min(max(x, 0), t.screen.cols-1)
	c.Y = min(max(y, 0), len(t.screen.rows)-1)
	c.PendingWrap = false
}

// address moves the cursor to a position counted from 1, or in origin mode from the
// margins, and clamped to these.
func (t *Terminal) address(column, line int) {
	m := t.origin()
	t.moveTo(min(m.left+column-1, m.right), min(m.top+line-1, m.bottom))
}

// column and line return the cursor's position, counted as in address.
func (t *Terminal) column() int { return t.screen.Cursor.X - t.origin().left + 1 }
func (t *Terminal) line() int   { return t.screen.Cursor.Y - t.origin().top + 1 }

func (t *Terminal) home() { t.address(1, 1) }

// up moves the cursor up n rows, at most to the top margin unless it is above that
// (CUU).
func (t *Terminal) up(n int) {
	c, stop := t.screen.Cursor, 0
	if c.Y >= t.margin.top {
		stop = t.margin.top
	}
	t.moveTo(c.X, max(c.Y-n, stop))
}

// down moves the cursor down n rows, at most to the bottom margin unless it is
// below that (CUD).
func (t *Terminal) down(n int) {
	c, stop := t.screen.Cursor, len(t.screen.rows)-1
	if c.Y <= t.margin.bottom {
		stop = t.margin.bottom
	}
	t.moveTo(c.X, min(c.Y+n, stop))
}

// forward moves the cursor right n columns, at most to the right margin unless it
// is beyond that (CUF).
func (t *Terminal) forward(n int) {
	c := t.screen.Cursor
	t.moveTo(min(c.X+n, t.rightLimit()), c.Y)
}

// rightLimit returns the last column that the cursor can reach without being
// addressed.
func (t *Terminal) rightLimit() int {
	limit := t.screen.cols - 1
	if t.screen.Cursor.X <= t.margin.right {
		limit = t.margin.right
	}
	if t.screen.hasLineAttributes {
		limit = t.lastColumn(limit)
	}
	return limit
}

func (t *Terminal) leftLimit() int {
	if t.screen.Cursor.X >= t.margin.left {
		return t.margin.left
	}
	return 0
}

// backward moves the cursor left n columns, at most to the left margin unless it is
// beyond that (CUB, BS). With reverse wraparound it continues in the line above:
// with XTREVWRAP (?45) only in one that was wrapped, with XTREVWRAP2 (?1045) in
// any.
func (t *Terminal) backward(n int) {
	c := t.screen.Cursor
	left := t.leftLimit()
	wraps := t.modes.has(decawm) && (t.modes.has(reverseWrap) || t.modes.has(reverseWrap2))
	if wraps && c.PendingWrap {
		n--
	}
	switch {
	case !wraps || c.X-n >= left:
		t.moveTo(max(c.X-n, left), c.Y)
	case t.modes.has(reverseWrap2):
		t.backwardLines(n)
	default:
		t.backwardWrapped(n)
	}
}

// backwardWrapped continues at the right margin of the line above, as long as that
// was wrapped and the cursor is not at the top margin.
func (t *Terminal) backwardWrapped(n int) {
	c, left, right := t.screen.Cursor, t.leftLimit(), t.margin.right
	for c.X-n < left && c.Y > 0 && c.Y != t.margin.top && t.screen.rows[c.Y-1].wrapped {
		n -= c.X - left + 1
		c.X, c.Y = right, c.Y-1
	}
	t.moveTo(max(c.X-n, left), c.Y)
}

// backwardLines continues at the right margin of the line above, and from the first
// line in the last. From the top left of the margins it moves to their bottom
// right, whatever the distance (xterm 379, for ?45).
func (t *Terminal) backwardLines(n int) {
	c, m, left := t.screen.Cursor, t.margin, t.leftLimit()
	if c.X == m.left && c.Y == m.top {
		t.moveTo(m.right, m.bottom)
		return
	}
	width := m.right + 1 - left
	total := width * len(t.screen.rows)
	offset := (width*c.Y + c.X - left - n) % total
	if offset < 0 {
		offset += total
	}
	t.moveTo(left+offset%width, offset/width)
}

// carriageReturn moves to the left margin, or to the first column if the cursor is
// left of the margin (CR).
func (t *Terminal) carriageReturn() {
	x := t.leftLimit()
	if t.modes.has(decom) {
		x = t.margin.left
	}
	t.screen.Cursor.X = x
	t.screen.Cursor.PendingWrap = false
}

// The control functions that move the cursor (ECMA-48, 8.3).

func (t *Terminal) cuu(s *parser.Sequence) { t.up(s.Count(0)) }
func (t *Terminal) cud(s *parser.Sequence) { t.down(s.Count(0)) }
func (t *Terminal) cuf(s *parser.Sequence) { t.forward(s.Count(0)) }
func (t *Terminal) cub(s *parser.Sequence) { t.backward(s.Count(0)) }

func (t *Terminal) cnl(s *parser.Sequence) {
	t.down(s.Count(0))
	t.carriageReturn()
}

func (t *Terminal) cpl(s *parser.Sequence) {
	t.up(s.Count(0))
	t.carriageReturn()
}

func (t *Terminal) cha(s *parser.Sequence) { t.address(s.Count(0), t.line()) }
func (t *Terminal) vpa(s *parser.Sequence) { t.address(t.column(), s.Count(0)) }
func (t *Terminal) cup(s *parser.Sequence) { t.address(s.Count(1), s.Count(0)) }
func (t *Terminal) hpr(s *parser.Sequence) { t.address(t.column()+s.Count(0), t.line()) }
func (t *Terminal) vpr(s *parser.Sequence) { t.address(t.column(), t.line()+s.Count(0)) }

// savedState is the state saved by DECSC (DEC STD 070). DECRC restores the zero
// state if none was saved.
type savedState struct {
	set        bool
	cursor     Cursor
	pen        Rendition
	protection Cell // DECSCA
	charsets   charsets
	origin     bool
}

func (t *Terminal) savedCursor() *savedState {
	if t.altActive {
		return &t.savedCursors[1]
	}
	return &t.savedCursors[0]
}

func (t *Terminal) saveCursor() {
	*t.savedCursor() = savedState{
		set: true, cursor: t.screen.Cursor, pen: t.screen.Pen,
		protection: t.penCell & cellProtected, charsets: t.charsets, origin: t.modes.has(decom),
	}
}

// restoreCursor performs DECRC, SCORC and 1048. If nothing was saved the cursor
// moves home and the rest becomes as after RIS.
func (t *Terminal) restoreCursor() {
	s := *t.savedCursor()
	t.modes.put(decom, s.origin)
	t.charsets = s.charsets
	t.charsetsChanged()
	t.screen.Pen = s.pen
	t.penCell = s.protection
	t.penChanged()
	c := &t.screen.Cursor
	t.moveTo(s.cursor.X, s.cursor.Y)
	if s.cursor.PendingWrap && c.X == s.cursor.X {
		c.PendingWrap = true
	}
	if s.origin {
		t.moveTo(min(max(c.X, t.margin.left), t.margin.right), min(max(c.Y, t.margin.top), t.margin.bottom))
	}
}

// tabStops has a bit for each column. nil means a stop at every eighth, as after
// RIS.
type tabStops []uint64

const everyEighth = 0x0101010101010101

func (s tabStops) has(x int) bool {
	if s == nil {
		return x%8 == 0
	}
	return s[x/64]>>(x%64)&1 != 0
}

func (s *tabStops) put(x int, on bool) {
	if *s == nil {
		s.eighths()
	}
	(*s)[x/64] &^= 1 << (x % 64)
	if on {
		(*s)[x/64] |= 1 << (x % 64)
	}
}

func (s *tabStops) eighths() {
	*s = make(tabStops, MaxCols/64+1)
	for i := range *s {
		(*s)[i] = everyEighth
	}
}

// tab moves n stops to the right, at most to the margin (HT, CHT). With the fix for
// more(1) (?41) it performs a pending wrap to the first column and then moves one
// stop, as in xterm.
func (t *Terminal) tab(n int) {
	c := &t.screen.Cursor
	if c.PendingWrap && t.modes.has(moreFix) {
		t.index()
		c.X, n = 0, 1
	}
	limit := t.rightLimit()
	c.X = min(c.X, limit)
	t.work += limit - c.X
	for ; n > 0 && c.X < limit; n-- {
		for c.X++; c.X < limit && !t.tabs.has(c.X); {
			c.X++
		}
	}
}

// backTab moves n stops to the left (CBT). A pending wrap stays, as in xterm.
func (t *Terminal) backTab(n int) {
	c := &t.screen.Cursor
	limit := 0
	if t.modes.has(decom) {
		limit = t.leftLimit()
	}
	t.work += max(c.X-limit, 0)
	for ; n > 0 && c.X > limit; n-- {
		for c.X--; c.X > limit && !t.tabs.has(c.X); {
			c.X--
		}
	}
}

func (t *Terminal) setTab()                { t.tabs.put(t.screen.Cursor.X, true) }
func (t *Terminal) cht(s *parser.Sequence) { t.tab(s.Count(0)) }
func (t *Terminal) cbt(s *parser.Sequence) { t.backTab(s.Count(0)) }

func (t *Terminal) tbc(s *parser.Sequence) {
	switch s.At(0, 0) {
	case 0:
		t.tabs.put(t.screen.Cursor.X, false)
	case 3:
		t.tabs = make(tabStops, MaxCols/64+1)
	}
}

func (t *Terminal) decst8c(s *parser.Sequence) {
	if s.At(0, 0) == 5 {
		t.tabs = nil
	}
}
