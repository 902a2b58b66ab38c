package vt

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
	s.unplaceEvents()
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
