package vt

// Scrolled describes lines that leave a terminal at the top, into its scrollback.
type Scrolled struct {
	Source     *Screen // its history has the lines
	First, End uint64  // numbers of the first line, and of the one after the last
	// Skip is what the terminal has already of the lines. AppendScrolled subtracts what it
	// leaves out.
	Skip  Span
	Above string // a line before them, in faint; may be empty
	// Joined reports that the first row of the screen is the line after them.
	Joined bool
}

// AppendScrolled appends the bytes that move lines into the scrollback of a terminal that
// shows from and is about to show to. It returns the screen that the terminal shows then.
// The lines pass through the window, in rows as wide as it, and leave it by LF at the
// bottom, which is what puts lines into the scrollback of every terminal.
func AppendScrolled(dst []byte, from, to *Screen, lines *Scrolled, d Dialect) (out []byte, shown *Screen) {
	rows := to.layOut(lines)
	if lines.Above != "" {
		rows = append([]*row{to.faintRow(lines.Above)}, rows...)
	}
	height := len(to.rows)
	if len(rows) == 0 {
		return dst, from
	}
	rows = append(rows, to.rows...)
	for leaving := len(rows) - height; leaving > 0; {
		n := min(leaving, max(height-1, 1)) // so that a line that wraps does so into its next row
		window := to.withRows(from, rows[:height])
		dst = AppendDiff(dst, from, window, d)
		dst, from = AppendScroll(dst, window, n, d)
		rows, leaving = rows[n:], leaving-n
	}
	return appendUnused(dst, from, to)
}

// appendUnused erases by ED the blank rows at the bottom of a terminal that shows from, as
// far as to leaves them blank. In foot a row that LF has left is in use until then: a window
// of another size shows it, and a cursor above the window is reported in the last row.
func appendUnused(dst []byte, from, to *Screen) (out []byte, shown *Screen) {
	y := len(to.rows)
	for y > 1 && from.rows[y-1].unused() && to.rows[y-1].unused() {
		y--
	}
	if y >= len(to.rows)-1 { // LF does not leave the last row
		return dst, from
	}
	dst = append(appendInt(append(dst, "\x1b["...), y+1), "H\x1b[J"...)
	from.Cursor.X, from.Cursor.Y = 0, y
	return dst, from
}

// AppendScroll appends the bytes that move the first n rows of a terminal that shows from
// into its scrollback, and returns the screen that it shows then. from may be nil if it is
// not known.
func AppendScroll(dst []byte, from *Screen, n int, d Dialect) (out []byte, shown *Screen) {
	switch {
	case n == 0:
		return dst, from
	case from == nil:
		dst = append(dst, "\x1b[m\x1b[999H"...)
	default:
		window := from.withRows(from, from.rows)
		dst = AppendDiff(dst, from, window, d)
		from = window.ScrolledUp(n)
		from.Cursor.Y = len(from.rows) - 1
		if y := len(from.rows) - 1 - n; y >= 0 { // the line did not continue below the window
			from.writable(y).wrapped = false
		}
	}
	for range n {
		dst = append(dst, '\n')
	}
	return dst, from
}

// Below returns a copy of s that is n rows lower in the window. The rows at its bottom are
// cut off. Those above it are not the screen's: no diff in the same dialect changes them.
func (s *Screen) Below(n int) *Screen {
	if n == 0 {
		return s
	}
	c := s.Clone()
	for y := range n {
		c.rows[y] = &row{cells: make([]Cell, c.cols), owner: c.owner}
	}
	copy(c.rows[n:], s.rows)
	c.above, c.top = n, s.top-n
	c.Cursor.Y = min(s.Cursor.Y+n, len(c.rows)-1)
	return c
}

// Continuing returns a copy of s whose first row continues a line that begins above the
// window, in the scrollback. Some terminals part the two when the row is erased by EL: a
// repaint prints over the row.
func (s *Screen) Continuing() *Screen {
	c := s.Clone()
	c.continuing = true
	return c
}

// layOut returns the rows that lines have in the width of s, with the tables of s.
func (s *Screen) layOut(lines *Scrolled) []*row {
	w := reflower{cols: s.cols, owner: new(owner), cursor: position{at: -1}, top: position{at: -1}}
	h := &lines.Source.history
	open := false // the line so far continues
	for number := lines.First; number < lines.End; number++ {
		b, i := h.find(number)
		if b == nil {
			continue
		}
		start := len(w.pending)
		var wrapped bool
		w.pending, wrapped = b.decode(w.pending, i, s.tables)
		n := len(w.pending) - start
		left := lines.Skip.consume(n, wrapped)
		if left < 0 || left == 0 && n > 0 {
			w.pending, open = w.pending[:start], false
			continue
		}
		open = wrapped && s.continuesIn(w.pending[start:], lines, number+1)
		w.pending = append(w.pending[:start], w.pending[len(w.pending)-left:]...)
		if !open {
			w.breakLine()
		}
	}
	if open {
		w.breakLine()
		w.rows[len(w.rows)-1].wrapped = true
	}
	return w.rows
}

// continuesIn reports whether a line that ends with cells goes on in line n, which may be
// the first row of s.
func (s *Screen) continuesIn(cells []Cell, lines *Scrolled, n uint64) bool {
	var next []Cell
	if n != lines.End {
		next, _, _ = lines.Source.AppendHistory(nil, n)
	} else if lines.Joined {
		next = s.rows[0].cells
	}
	if len(cells) == 0 || len(next) == 0 || next[0] == 0 {
		return false
	}
	return len(cells) != s.cols-1 || next[0].Wide()
}

func (s *Screen) faintRow(text string) *row {
	c := s.Clone()
	c.rows[0] = &row{cells: make([]Cell, c.cols), owner: c.owner}
	c.DrawText(0, 0, text, Rendition{Attrs: Faint})
	return c.rows[0]
}

// withRows returns a copy of s that shows rows, with the cursor at the bottom left, and
// with the bells and events of from.
func (s *Screen) withRows(from *Screen, rows []*row) *Screen {
	c := s.Clone()
	copy(c.rows, rows)
	c.Bells, c.Clipboards, c.Events = from.Bells, from.Clipboards, from.Events
	c.Cursor = Cursor{Y: len(c.rows) - 1, Hidden: true, Shape: from.Cursor.Shape}
	c.Pen = Rendition{}
	return c
}
