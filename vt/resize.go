package vt

// Resize changes the size, clamped as in NewScreen. The screens are cut and
// padded at the right and at the bottom, as a stock client does it; with
// Options.Rewrap the lines of the main screen are broken anew. The margins are
// the whole screen again.
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
	if t.options.Rewrap && !t.onOther {
		t.rewrap(cols, rows)
	} else {
		s.rows = s.resized(s.rows, cols, rows)
	}
	if t.hidden != nil {
		t.hidden = s.resized(t.hidden, cols, rows)
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
