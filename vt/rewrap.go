package vt

// rewrapper breaks lines of cells into rows of another width, and remembers
// where the cursor comes to lie.
type rewrapper struct {
	cols    int
	owner   *owner
	rows    []*row
	cursor  Cursor
	x, y    int // where the cursor was in the line under way; y is -1 if not there
	pending []Cell
}

// rewrap breaks the lines of the main screen anew. The row of the cursor stays
// on the screen: rows above it go into the history if they do not fit.
func (t *Terminal) rewrap(cols, rows int) {
	s := t.screen
	if s.enlarged {
		s.hideRest()
	}
	w := rewrapper{cols: cols, owner: s.owner, y: -1}
	last := s.lastUsed()
	at := 0 // columns of the line that are before row y
	for y := 0; y <= last; y++ {
		r := s.rows[y]
		if y == s.Cursor.Y {
			w.x, w.y = at+s.Cursor.X, y
			if s.Cursor.PendingWrap {
				w.x++
			}
		}
		w.pending = append(w.pending, r.cells[:r.shown()]...)
		at += r.shown()
		if !r.wrapped || y == last {
			w.line()
			at = 0
		}
	}
	first := max(w.cursor.Y+1-rows, 0)
	for _, r := range w.rows[:first] {
		t.history.push(r, s.tables)
	}
	s.rows = s.resized(w.rows[first:min(len(w.rows), first+rows)], cols, rows)
	s.Cursor.X, s.Cursor.Y = w.cursor.X, w.cursor.Y-first
	t.moveCursorInside(cols, rows)
}

func (t *Terminal) moveCursorInside(cols, rows int) {
	c := &t.screen.Cursor
	c.X, c.Y = min(c.X, cols-1), min(max(c.Y, 0), rows-1)
	c.PendingWrap = false
}

// lastUsed gives the last row that holds something: the cursor or text.
func (s *Screen) lastUsed() int {
	for y := len(s.rows) - 1; y > s.Cursor.Y; y-- {
		for _, c := range s.rows[y].cells {
			if c != 0 {
				return y
			}
		}
	}
	return s.Cursor.Y
}

// line breaks the pending cells, without the blanks at their end.
func (w *rewrapper) line() {
	cells := w.pending
	for len(cells) > 0 && cells[len(cells)-1] == 0 {
		cells = cells[:len(cells)-1]
	}
	if w.cols == 1 {
		cells = withoutWide(cells)
	}
	start := 0
	for {
		n := min(len(cells)-start, w.cols)
		if start+n < len(cells) && cells[start+n].Tail() {
			n--
		}
		r := &row{cells: make([]Cell, w.cols), owner: w.owner, end: w.cols}
		copy(r.cells, cells[start:start+n])
		w.rows = append(w.rows, r)
		end := start + max(n, 1)
		more := end < len(cells)
		if w.y >= 0 && w.x >= start && (w.x < end || !more) {
			w.cursor.X, w.cursor.Y = min(w.x-start, w.cols-1), len(w.rows)-1
			w.y = -1
		}
		if !more {
			break
		}
		r.wrapped = true
		start = end
	}
	w.pending = w.pending[:0]
}

// withoutWide makes a blank of each wide character.
func withoutWide(cells []Cell) []Cell {
	narrow := cells[:0]
	for _, c := range cells {
		switch {
		case c.Wide():
			narrow = append(narrow, c&cellRendition)
		case !c.Tail():
			narrow = append(narrow, c)
		}
	}
	return narrow
}
