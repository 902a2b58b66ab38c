package vt

import "slices"

// Resize changes the size, clamped as in NewScreen. The screens are cut and
// padded at the right and at the bottom, as a stock client does it; with
// Options.Rewrap the lines of the main screen are broken anew, and those that have
// scrolled off come back into a window that grows. The margins are the whole
// screen again.
func (t *Terminal) Resize(cols, rows int) {
	cols, rows = clampSize(cols, rows)
	s := t.screen
	if oldCols, oldRows := s.Size(); cols == oldCols && rows == oldRows {
		if t.modes.has(sizeReports) && t.pixels != t.told {
			t.reportSize()
		}
		return
	}
	t.last.valid = false
	s.forgetEventRows()
	if s.enlarged && t.options.Rewrap {
		s.hideRest()
	}
	switch {
	case !t.options.Rewrap || t.onOther:
		s.rows = s.resized(s.rows, cols, rows)
	default:
		s.rows = t.rewrap(s.rows, &s.Cursor, cols, rows)
	}
	switch {
	case t.hidden == nil:
	case !t.options.Rewrap || !t.onOther:
		t.hidden = s.resized(t.hidden, cols, rows)
	default: // the cursor of the main screen is the one that was saved (1049)
		t.hidden = t.rewrap(t.hidden, &t.saves[0].cursor, cols, rows)
	}
	s.cols = cols
	t.margin = s.whole()
	t.moveTo(s.Cursor.X, s.Cursor.Y)
	if t.held != nil {
		t.held = t.held.Resized(cols, rows)
	}
	if t.modes.has(sizeReports) {
		t.reportSize()
	}
}

func clampSize(cols, rows int) (int, int) {
	return min(max(cols, MinCols), MaxCols), min(max(rows, MinRows), MaxRows)
}

// resized gives rows cut or padded to a size. What keeps its width keeps its
// identity; what does not is of single width then, which a reader of a diff can
// rely on, and a stock client shows.
func (s *Screen) resized(rows []*row, cols, count int) []*row {
	out := make([]*row, count)
	for y := range out {
		if y < len(rows) && len(rows[y].cells) == cols {
			out[y] = rows[y]
			continue
		}
		out[y] = &row{cells: make([]Cell, cols), owner: s.owner, end: cols}
		if y < len(rows) {
			n := copy(out[y].cells, rows[y].cells[:rows[y].shown()])
			if last := &out[y].cells[n-1]; last.Wide() && n < len(rows[y].cells) {
				*last &= cellRendition
			}
		}
	}
	return out
}

// rewrapper breaks lines of cells into rows of another width, and remembers
// where two marks come to lie.
type rewrapper struct {
	cols        int
	owner       *owner
	rows        []*row
	cursor, top mark
	pending     []Cell // of the line under way
}

// mark is a place in the line under way, and after that a row and a column.
type mark struct {
	at   int // cells of the line before it; -1 if it is not in it
	x, y int
}

// rewrap breaks the lines of the main screen anew, with the cursor in them, and
// returns the rows. The row of the cursor stays on the screen: rows above it go
// into the history if they do not fit. Where there is room, as the window has
// grown or lines have become fewer rows, rows come back from the history at the
// top (xterm, tmux).
func (t *Terminal) rewrap(old []*row, cursor *Cursor, cols, rows int) []*row {
	s := t.screen
	cursor.X, cursor.Y = min(cursor.X, s.cols-1), min(cursor.Y, len(old)-1)
	w := rewrapper{cols: cols, owner: s.owner, cursor: mark{at: -1}, top: mark{at: -1}}
	if rows > len(old) || cols != s.cols {
		t.takeBack(&w, rows)
	}
	last := lastUsed(old, cursor.Y)
	w.top.at = len(w.pending)
	for y, r := range old[:last+1] {
		if y == cursor.Y {
			w.cursor.at = len(w.pending) + cursor.X
			if cursor.PendingWrap {
				w.cursor.at++
			}
		}
		w.pending = append(w.pending, r.cells[:r.shown()]...)
		if !r.wrapped || y == last {
			w.line()
		}
	}
	first := w.top.y
	if blank := len(old) - 1 - last; rows > len(old) || cols != s.cols {
		first = min(first, max(len(w.rows)+blank-rows, 0))
	}
	first = max(first, w.cursor.y+1-rows)
	for _, r := range w.rows[:first] {
		t.history.push(r, s.tables)
	}
	cursor.X, cursor.Y, cursor.PendingWrap = min(w.cursor.x, cols-1), w.cursor.y-first, false
	return s.resized(w.rows[first:min(len(w.rows), first+rows)], cols, rows)
}

// takeBack takes as many lines out of the history as there may be room for, and the
// rest of the oldest of them.
func (t *Terminal) takeBack(w *rewrapper, rows int) {
	type line struct {
		cells   []Cell
		wrapped bool
	}
	var lines []line
	for n := range min(t.HistoryLen(), rows+MaxRows) {
		cells, wrapped := t.AppendHistory(nil, n)
		if n >= rows && !wrapped {
			break
		}
		lines = append(lines, line{cells, wrapped})
	}
	t.history.dropNewest(len(lines))
	for _, l := range slices.Backward(lines) {
		w.pending = append(w.pending, l.cells...)
		if !l.wrapped {
			w.line()
		}
	}
}

// lastUsed returns the last of rows that holds something: text, or the cursor, which
// is in row y.
func lastUsed(rows []*row, y int) int {
	for last := len(rows) - 1; last > y; last-- {
		for _, c := range rows[last].cells {
			if c != 0 {
				return last
			}
		}
	}
	return y
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
	for start, more := 0, true; more; {
		n := min(len(cells)-start, w.cols)
		if start+n < len(cells) && cells[start+n].Tail() {
			n--
		}
		r := &row{cells: make([]Cell, w.cols), owner: w.owner, end: w.cols}
		copy(r.cells, cells[start:start+n])
		w.rows = append(w.rows, r)
		end := start + max(n, 1)
		more = end < len(cells)
		for _, m := range []*mark{&w.cursor, &w.top} {
			if m.at >= start && (m.at < end || !more) {
				m.x, m.y, m.at = m.at-start, len(w.rows)-1, -1
			}
		}
		r.wrapped = more
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
