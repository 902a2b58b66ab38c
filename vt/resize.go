package vt

import "slices"

// Resize changes the size, clamped as in NewScreen. Screens are cut and padded at
// the right and at the bottom, as by a stock client. With Options.Reflow the lines
// of the main screen are broken anew, and lines come back from the history into a
// window that grows. The margins become the whole screen.
func (t *Terminal) Resize(cols, rows int) {
	cols, rows = clampSize(cols, rows)
	s := t.screen
	if oldCols, oldRows := s.Size(); cols == oldCols && rows == oldRows {
		if t.modes.has(sizeReports) && t.windowPixels != t.reportedPixels {
			t.reportSize()
		}
		return
	}
	t.last.valid = false
	s.forgetEventRows()
	if s.hasLineAttributes && t.options.Reflow {
		s.blankHiddenHalf()
	}
	switch {
	case !t.options.Reflow || t.altActive:
		s.rows = s.resized(s.rows, cols, rows)
	default:
		s.rows = t.reflow(s.rows, &s.Cursor, cols, rows)
	}
	switch {
	case t.inactive == nil:
	case !t.options.Reflow || !t.altActive:
		t.inactive = s.resized(t.inactive, cols, rows)
	default: // the cursor of the main screen is the saved one (1049)
		t.inactive = t.reflow(t.inactive, &t.savedCursors[0].cursor, cols, rows)
	}
	s.cols = cols
	t.margin = s.fullMargins()
	t.moveTo(s.Cursor.X, s.Cursor.Y)
	if t.syncSnapshot != nil {
		t.syncSnapshot = t.syncSnapshot.Resized(cols, rows)
	}
	if t.modes.has(sizeReports) {
		t.reportSize()
	}
}

func clampSize(cols, rows int) (int, int) {
	return min(max(cols, MinCols), MaxCols), min(max(rows, MinRows), MaxRows)
}

// resized returns rows cut or padded to a size. A row of the same width keeps its
// identity. Any other becomes of single width, on which a diff relies and which stock
// clients show.
func (s *Screen) resized(rows []*row, cols, count int) []*row {
	out := make([]*row, count)
	for y := range out {
		if y < len(rows) && len(rows[y].cells) == cols {
			out[y] = rows[y]
			continue
		}
		out[y] = &row{cells: make([]Cell, cols), owner: s.owner, end: cols}
		if y < len(rows) {
			n := copy(out[y].cells, rows[y].cells[:rows[y].columns()])
			if last := &out[y].cells[n-1]; last.Wide() && n < len(rows[y].cells) {
				*last &= cellRendition
			}
		}
	}
	return out
}

// reflower breaks lines of cells into rows of another width and keeps track of two
// positions.
type reflower struct {
	cols        int
	owner       *owner
	rows        []*row
	cursor, top position
	pending     []Cell // of the current line
}

// position is an offset in the current line, then a column and a row.
type position struct {
	at   int // offset in the line; -1 if it is in another one
	x, y int
}

// reflow breaks the lines of the main screen anew and returns the rows. The row of
// the cursor stays on the screen: rows above it go into the history if they do not
// fit. Where there is room, as the window has grown or lines have become fewer
// rows, lines come back from the history at the top (xterm, tmux).
func (t *Terminal) reflow(old []*row, cursor *Cursor, cols, rows int) []*row {
	s := t.screen
	cursor.X, cursor.Y = min(cursor.X, s.cols-1), min(cursor.Y, len(old)-1)
	w := reflower{cols: cols, owner: s.owner, cursor: position{at: -1}, top: position{at: -1}}
	switch {
	case t.recallOff:
		w.pending = s.lineBefore(s.history.next, old[0].cells)
	case rows > len(old) || cols != s.cols:
		t.recallHistory(&w, rows)
	}
	last := lastUsedRow(old, cursor.Y)
	w.top.at = len(w.pending)
	for y, r := range old[:last+1] {
		if y == cursor.Y {
			w.cursor.at = len(w.pending) + cursor.X
			if cursor.PendingWrap {
				w.cursor.at++
			}
		}
		w.pending = append(w.pending, r.line()...)
		if y == last || !r.continues(old[y+1].cells) {
			w.breakLine()
		}
	}
	first, kept := w.top.y, 0 // kept rows are in the history
	if t.recallOff {
		kept = first
		if w.top.x > 0 && !w.part() {
			first++
		}
	} else if blank := len(old) - 1 - last; rows > len(old) || cols != s.cols {
		first = min(first, max(len(w.rows)+blank-rows, 0))
	}
	first = max(first, w.cursor.y+1-rows)
	for _, r := range w.rows[kept:first] {
		t.historyWriter.push(s, r)
	}
	cursor.X, cursor.Y, cursor.PendingWrap = min(w.cursor.x, cols-1), w.cursor.y-first, false
	return s.resized(w.rows[first:min(len(w.rows), first+rows)], cols, rows)
}

// part removes the text before the top from the row of the top, and reports whether the
// cursor is in that row.
func (w *reflower) part() (cursor bool) {
	r := w.rows[w.top.y]
	w.top.x = min(w.top.x, w.cols-1) // a column is too narrow for wide characters
	r.cells = r.cells[w.top.x:]
	r.end = len(r.cells)
	if w.cursor.y != w.top.y {
		return false
	}
	w.cursor.x = max(w.cursor.x-w.top.x, 0)
	return true
}

// lineBefore returns the cells of the line that goes on in next after line n-1 of the
// history; none if there is no such line.
func (s *Screen) lineBefore(n uint64, next []Cell) (cells []Cell) {
	first := n
	for next[0] != 0 && first > 0 && n-first < maxLineRows && s.HistoryContinues(first-1) {
		first--
	}
	for ; first < n; first++ {
		cells, _, _ = s.AppendHistory(cells, first)
	}
	return cells
}

// maxLineRows bounds the rows in the history of a line that is broken anew.
const maxLineRows = 1000

// Continues reports whether row y continues the line of the row above. Row 0 may continue
// line n-1 of the history.
func (s *Screen) Continues(y int, n uint64) bool {
	cells := s.rows[y].cells
	if y > 0 {
		return s.rows[y-1].continues(cells)
	}
	return n > 0 && cells[0] != 0 && s.HistoryContinues(n-1)
}

// LineStart returns the cells of the line of row y before that row. They may begin in the
// history of source, where the line of row 0 would be line n.
func (s *Screen) LineStart(y int, source *Screen, n uint64) (cells []Cell) {
	first := y
	for first > 0 && s.rows[first-1].continues(s.rows[first].cells) {
		first--
	}
	if first == 0 {
		cells = source.lineBefore(n, s.rows[0].cells)
	}
	for _, r := range s.rows[first:y] {
		cells = append(cells, r.line()...)
	}
	return cells
}

// recallHistory moves as many lines out of the history as may fit, and the rest of
// the oldest of them.
func (t *Terminal) recallHistory(w *reflower, rows int) {
	type line struct {
		cells   []Cell
		wrapped bool
	}
	var lines []line
	h := &t.screen.history
	for n, ok := h.before(h.next); ok && len(lines) < rows+MaxRows; n, ok = h.before(n) {
		cells, wrapped, _ := t.screen.AppendHistory(nil, n)
		if len(lines) >= rows && !wrapped {
			break
		}
		lines = append(lines, line{cells, wrapped})
	}
	t.historyWriter.retract(h, len(lines))
	for _, l := range slices.Backward(lines) {
		w.pending = append(w.pending, l.cells...)
		if !l.wrapped {
			w.breakLine()
		}
	}
}

func lastUsedRow(rows []*row, y int) int {
	for last := len(rows) - 1; last > y; last-- {
		for _, c := range rows[last].cells {
			if c != 0 {
				return last
			}
		}
	}
	return y
}

func (w *reflower) breakLine() {
	cells := w.pending
	for len(cells) > 0 && cells[len(cells)-1] == 0 {
		cells = cells[:len(cells)-1]
	}
	if w.cols == 1 {
		cells = blankWide(cells)
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
		for _, m := range []*position{&w.cursor, &w.top} {
			if m.at >= start && (m.at < end || !more) {
				m.x, m.y, m.at = m.at-start, len(w.rows)-1, -1
			}
		}
		r.wrapped = more
		start = end
	}
	w.pending = w.pending[:0]
}

func blankWide(cells []Cell) []Cell {
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
