package vt

import "slices"

// Span is a length of text that does not depend on the width of the window: whole lines,
// each of which may take several rows, and then cells of the next line.
type Span struct {
	Lines, Cells int
}

// Add returns the length of s followed by o.
func (s Span) Add(o Span) Span {
	if o.Lines > 0 {
		return Span{s.Lines + o.Lines, o.Cells}
	}
	return Span{s.Lines, s.Cells + o.Cells}
}

// consume subtracts a row of n cells and returns how many cells of the row are left; -1 if
// the whole row is part of the span. wrapped reports whether the line continues in the
// next row.
func (s *Span) consume(n int, wrapped bool) (left int) {
	switch {
	case s.Lines > 0:
		if !wrapped {
			s.Lines--
		}
		return -1
	case s.Cells == 0:
		return n
	case s.Cells >= n && wrapped:
		s.Cells -= n
		return -1
	}
	left = max(n-s.Cells, 0)
	s.Cells = 0
	return left
}

// rewrap breaks the lines of rows anew, up to row last. The first one begins with cells.
func (s *Screen) rewrap(start []Cell, cols, last int) reflower {
	w := reflower{cols: cols, owner: new(owner), cursor: position{at: -1}, top: position{at: len(start)}}
	w.pending = append(w.pending, start...)
	for y := s.above; y <= last; y++ {
		if y == s.Cursor.Y {
			w.cursor.at = len(w.pending) + s.Cursor.X
		}
		w.pending = append(w.pending, s.rows[y].line()...)
		if y == last || !s.rows[y].continues(s.rows[y+1].cells) {
			w.breakLine()
		}
	}
	return w
}

// SpanOfRows returns the length of the first rows of s as they are in a window of another
// width, whose terminal breaks lines anew. The first one begins with the cells start,
// which do not count, and so do the rows that have no others.
func (s *Screen) SpanOfRows(start []Cell, cols, rows int) (span Span) {
	w := s.rewrap(start, cols, len(s.rows)-1)
	for _, r := range w.rows[w.top.y:min(w.top.y+rows, len(w.rows))] {
		if span.Cells += len(r.line()); !r.wrapped {
			span = Span{Lines: span.Lines + 1}
		}
	}
	if span.Lines == 0 {
		span.Cells -= w.top.x
	}
	return span
}

// RowsOfSpan returns how many rows at the top of s are part of the span, at most those
// above the cursor. whole reports whether the span ends there.
func (s *Screen) RowsOfSpan(span Span) (rows int, whole bool) {
	return rowsOfSpan(s.rows, s.Cursor.Y, span)
}

func rowsOfSpan(rows []*row, limit int, span Span) (n int, whole bool) {
	for y, r := range rows[:limit] {
		if span.consume(len(r.line()), r.continues(rows[y+1].cells)) >= 0 {
			return y, true
		}
	}
	return limit, span.Lines == 0
}

// SubtractHistory returns the part of a span that is left after the lines first to end-1 of
// the history of s.
func (s *Screen) SubtractHistory(span Span, first, end uint64) Span {
	var scratch []Cell
	for n := first; n < end; n++ {
		cells, wrapped, kept := s.AppendHistory(scratch[:0], n)
		if kept {
			span.consume(len(cells), wrapped)
		}
		scratch = cells
	}
	return span
}

// SkipHistory returns the first of the lines first to end-1 of the history of s that is not
// wholly part of a span, and the part of the span that is left then.
func (s *Screen) SkipHistory(span Span, first, end uint64) (next uint64, left Span) {
	var scratch []Cell
	for ; first < end && span != (Span{}); first++ {
		cells, wrapped, kept := s.AppendHistory(scratch[:0], first)
		rest := span
		if left := rest.consume(len(cells), wrapped); !kept || left > 0 || left == 0 && len(cells) == 0 {
			break
		}
		scratch, span = cells, rest
	}
	return first, span
}

// ScrolledUp returns a copy of s whose rows and cursor have moved up by n.
func (s *Screen) ScrolledUp(n int) *Screen {
	c := s.Clone()
	copy(c.rows, s.rows[n:])
	for y := len(c.rows) - n; y < len(c.rows); y++ {
		c.rows[y] = &row{cells: make([]Cell, c.cols), owner: c.owner}
	}
	c.Cursor.Y, c.above = max(c.Cursor.Y-n, 0), max(c.above-n, 0)
	return c
}

// RowsAboveCursor returns the number of rows above the row of the cursor in a window of
// another width, whose terminal breaks lines anew. The line of the first row begins with
// the cells start, and rows that have no others do not count. parted reports whether the
// first row has both.
func (s *Screen) RowsAboveCursor(start []Cell, cols int) (rows int, parted bool) {
	w := s.rewrap(start, cols, s.Cursor.Y)
	return w.cursor.y - w.top.y, w.top.x > 0
}

// ScrollOff moves rows of the main screen into the history, as a user's terminal has done
// by itself when its window was resized: those up to the end of the span that begins with
// the line from of the history. The row of the cursor stays.
func (t *Terminal) ScrollOff(from uint64, span Span) {
	s := t.screen
	first, end := s.History()
	span = s.SubtractHistory(span, max(first, from), end)
	screen, cursor := &s.rows, &s.Cursor
	if t.altActive {
		screen, cursor = &t.inactive, &t.savedCursors[0].cursor
	}
	if *screen == nil {
		return
	}
	n, _ := rowsOfSpan(*screen, min(cursor.Y, len(*screen)-1), span)
	if n == 0 {
		return
	}
	for _, r := range (*screen)[:n] {
		s.top++
		t.work += (r.end + t.historyWriter.push(s, r)) / cheapMove
	}
	rows := slices.Clone((*screen)[n:])
	for range n {
		rows = append(rows, &row{cells: make([]Cell, s.cols), owner: s.owner})
	}
	*screen, cursor.Y = rows, cursor.Y-n
}
