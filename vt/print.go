package vt

import (
	"gm/vt/cellwidth"
	"gm/vt/parser"
	"gm/vt/picture"
)

// lastPrinted is the character that REP repeats and that a combining mark joins.
// Any function but printing makes it invalid.
type lastPrinted struct {
	x, y  int
	char  rune
	valid bool
	// joiner is set if the character ends with U+200D.
	joiner  bool
	picture bool  // a placeholder of a picture
	marks   uint8 // those that have followed it
	name    picture.Name
}

func (p *performer) Print(text []byte) {
	t := (*Terminal)(p)
	if t.slowPrint || !t.charsets.plain() || t.modes.has(irm) || t.beyondHalf() {
		for _, c := range text {
			t.printRune(t.translate(c))
		}
		return
	}
	for {
		t.wrapIfPending()
		limit := t.rightLimit()
		if n := limit + 1 - t.screen.Cursor.X; len(text) > n && !t.modes.has(decawm) {
			text = append(text[:n-1:n-1], text[len(text)-1])
		}
		n := t.writeRun(text, limit)
		if n == len(text) {
			return
		}
		text = text[n:]
	}
}

// writeRun writes the part of text that fits between the cursor and column limit,
// and returns its length.
func (t *Terminal) writeRun(text []byte, limit int) int {
	c := &t.screen.Cursor
	r := t.screen.writable(c.Y)
	n := min(len(text), limit+1-c.X)
	end := c.X + n
	r.cut(c.X)
	r.cut(end)
	r.touch(end)
	unpackASCII(r.cells[c.X:end], text, t.penCell)
	t.last = lastPrinted{x: end - 1, y: c.Y, char: rune(text[n-1]), valid: true}
	t.advance(end, limit)
	return n
}

func (t *Terminal) advance(end, limit int) {
	c := &t.screen.Cursor
	c.X = end
	if end > limit {
		c.X = limit
		c.PendingWrap = true
	}
}

// wrapIfPending moves to the next line if a wrap is pending. Without autowrap it
// stays pending until that is enabled (xterm).
func (t *Terminal) wrapIfPending() {
	if t.screen.Cursor.PendingWrap && t.modes.has(decawm) {
		t.wrap()
	}
}

func (t *Terminal) wrap() {
	c := &t.screen.Cursor
	t.screen.writable(c.Y).wrapped = true
	t.index()
	t.carriageReturn()
}

func (p *performer) PrintRunes(text []rune) {
	t := (*Terminal)(p)
	t.endSingleShift()
	if t.slowPrint || t.modes.has(irm) || t.modes.has(clusters) || !t.charsets.plain() || t.beyondHalf() {
		for _, r := range text {
			t.printCode(r)
		}
		return
	}
	for len(text) > 0 {
		n := 0
		width := t.width(text[0])
		if width > 0 && width <= t.screen.cols && !t.last.joiner && !cellwidth.Varies(text[0]) { // a character that may join is printed singly
			t.wrapIfPending()
			n = t.writeRunes(text, t.rightLimit())
		}
		if n == 0 { // no width, no room, or a rare plane
			t.printRune(text[0])
			n = 1
		}
		text = text[n:]
	}
}

func (t *Terminal) printCode(r rune) {
	if r < del {
		r = t.translate(byte(r))
	}
	t.endSingleShift()
	t.printRune(r)
}

// writeRunes writes the part of text that fits between the cursor and column limit,
// up to the first code point without width or without a cached width, and returns
// the number of code points written.
func (t *Terminal) writeRunes(text []rune, limit int) int {
	c := &t.screen.Cursor
	r := t.screen.writable(c.Y)
	halves := c.X > 0 && r.cells[c.X].Tail()
	x, last, n, cells, pen := c.X, c.X, 0, r.cells[:limit+1], t.penCell
	widths := t.screen.tables.widths
	for _, code := range text {
		cell, width := pen|Cell(code), widths.Quick(code)
		if width == 1 && x < len(cells) {
			cells[x] = cell
		} else if width == 2 && x+1 < len(cells) {
			cells[x], cells[x+1] = cell|cellWide, cell|cellTail
		} else {
			break
		}
		last, n = x, n+1
		x += width
	}
	if n == 0 {
		return 0
	}
	if halves {
		r.cells[c.X-1] &= cellRendition
	}
	if x < len(r.cells) && r.cells[x].Tail() {
		r.cells[x] &= cellRendition
	}
	r.touch(x)
	t.last = lastPrinted{x: last, y: c.Y, char: text[n-1], valid: true}
	t.advance(x, limit)
	return n
}

func (t *Terminal) width(r rune) int {
	n := t.screen.tables.widths.Of(r)
	if t.user.Widths != 0 {
		return t.user.Widths.OfRune(r, n)
	}
	return n
}

func (t *Terminal) printRune(r rune) {
	if t.last.picture && r >= firstExtender && t.last.valid && t.width(r) == 0 {
		t.markPlaceholder(r)
		return
	}
	if r == picture.Placeholder {
		t.printPlaceholder()
		return
	}
	if t.modes.has(clusters) && t.extend(r) || t.joinMeasured(r) {
		return
	}
	width := t.width(r)
	if width == 0 {
		t.join(r)
		return
	}
	if t.modes.has(irm) {
		t.makeRoom(width)
	}
	t.putCell(Cell(r), width)
	t.last.char = r
}

// makeRoom shifts the rest of the line right (IRM). It does nothing outside of the
// left and right margins (xterm).
func (t *Terminal) makeRoom(width int) {
	t.wrapIfPending()
	c := t.screen.Cursor
	if limit := t.rightLimit(); c.X+width <= limit+1 && t.inColumns() {
		t.work += (limit + 1 - c.X) / cheapMove
		t.screen.writable(c.Y).shift(c.X, max(limit, t.margin.right)+1, width, t.blank())
	}
}

func (t *Terminal) putCell(cell Cell, width int) {
	if t.beyondHalf() || width > t.screen.cols {
		t.screen.Cursor.PendingWrap = false
		return
	}
	t.wrapIfPending()
	c := &t.screen.Cursor
	limit := t.rightLimit()
	if c.X+width > limit+1 && !t.fitWide(width, &limit) {
		return
	}
	r := t.screen.writable(c.Y)
	end := c.X + width
	r.cut(c.X)
	r.cut(end)
	r.touch(end)
	cell |= t.penCell
	if width == 2 {
		r.cells[c.X+1] = cell | cellTail
		cell |= cellWide
	}
	r.cells[c.X] = cell
	t.last = lastPrinted{x: c.X, y: c.Y, char: t.last.char, valid: true}
	t.advance(end, limit)
}

// fitWide moves the cursor so that a wide character fits: to the next line, or
// without autowrap to the last two columns. It reports whether there is room.
func (t *Terminal) fitWide(width int, limit *int) bool {
	c := &t.screen.Cursor
	if t.modes.has(decawm) {
		t.wrap()
	} else {
		c.X = max(*limit+1-width, 0)
	}
	*limit = t.rightLimit()
	return c.X+width <= *limit+1
}

// rep repeats the last printed character (REP). It cannot itself be repeated
// (xterm). Of a character with marks the first code point is repeated, and the
// copies do not join.
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

// repeat prints n copies of a character of 1 or 2 columns. It ends early when more
// copies would change nothing but the history, to which it adds at most as many
// lines as the screen has rows.
func (t *Terminal) repeat(c rune, width, n int) {
	if !t.modes.has(decawm) {
		n = min(n, t.screen.cols+width) // enough to reach the last column
	}
	still := 0 // number of wraps that left the cursor in its row
	for n > 0 && !t.beyondHalf() {
		limit, cursor := t.rightLimit(), t.screen.Cursor
		if (cursor.PendingWrap || cursor.X+width > limit+1) && t.modes.has(decawm) {
			t.wrap()
			limit = t.rightLimit()
			if t.screen.Cursor.Y == cursor.Y {
				still++
				n = t.skipRepeatedLines((limit+1-t.screen.Cursor.X)/width, n, still)
			}
		}
		if t.screen.Cursor.X+width > limit+1 && (t.modes.has(decawm) || !t.fitWide(width, &limit)) {
			return
		}
		k := min(n, (limit+1-t.screen.Cursor.X)/width)
		t.writeCopies(c, width, k, limit)
		n -= k
	}
}

// skipRepeatedLines returns the number of copies left to print, of n, after
// skipping lines that would only scroll or be overwritten. line is the number of
// copies in a line, still that of wraps into the same row. Between left and right
// margins it scrolls all lines at once.
func (t *Terminal) skipRepeatedLines(line, n, still int) int {
	cursor, m := &t.screen.Cursor, t.margin
	if line == 0 {
		return n
	}
	if cursor.Y != m.bottom || t.fullWidth() || !t.inColumns() {
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
	cells, cell := r.cells[x:end], t.penCell|Cell(c)
	if width == 2 {
		for i := 0; i < len(cells); i += 2 {
			cells[i], cells[i+1] = cell|cellWide, cell|cellTail
		}
	} else {
		for i := range cells {
			cells[i] = cell
		}
	}
	t.last = lastPrinted{x: end - width, y: y, char: c, valid: true}
	t.advance(end, limit)
}
