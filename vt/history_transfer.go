package vt

// AppendHistoryText appends lines first to end-1 of the history of s as text with
// renditions, in the dialect d, for [Terminal.WriteHistory]. Each ends with LF, or with
// VT if it continues in the next one. The rendition carries on from line to line, from
// SGR 0 on. Lines that are not kept are left out.
func (s *Screen) AppendHistoryText(dst []byte, first, end uint64, d Dialect) []byte {
	d.AmbiguousWidths = false // the receiver lays the line out, not a terminal
	line := &Screen{cols: MaxCols, rows: []*row{{cells: blankCells[:]}}, tables: s.tables}
	w := newDiffer(dst, line, line, d)
	var scratch [256]Cell
	for n := first; n < end; n++ {
		cells, wrapped, kept := s.AppendHistory(scratch[:0], n)
		if !kept {
			continue
		}
		w.x = 0
		for x := 0; x < len(cells); {
			c, run := cells[x], 1
			for c&(cellCluster|cellWide) == 0 && x+run < len(cells) && cells[x+run] == c {
				run++
			}
			if !c.Tail() {
				w.print(c, run)
			}
			x += run
		}
		if wrapped {
			w.out = append(w.out, '\v')
		} else {
			w.out = append(w.out, '\n')
		}
	}
	return w.out
}

// HistoryRow returns the row of base, an earlier screen of the same terminal, that line
// n of the history of s was, and reports whether it looks the same in the dialect d.
func (s *Screen) HistoryRow(base *Screen, n uint64, d Dialect) (y int, wrapped, ok bool) {
	_, end := base.History()
	if n < end || n-end >= uint64(len(base.rows)) {
		return 0, false, false
	}
	y = int(n - end)
	var scratch [256]Cell
	cells, wrapped, kept := s.AppendHistory(scratch[:0], n)
	r := base.rows[y]
	if !kept || r.attribute != SingleWidth || len(cells) > len(r.cells) {
		return 0, false, false
	}
	compare := newCellComparer(base, s, d)
	for x, c := range cells {
		if !compare.same(r.cells[x], c) {
			return 0, false, false
		}
	}
	for _, c := range r.cells[len(cells):] {
		if !compare.same(c, 0) {
			return 0, false, false
		}
	}
	return y, wrapped, true
}

// SkipHistory sets the number of the next line of the history. Numbers below the present
// one are ignored.
func (t *Terminal) SkipHistory(next uint64) {
	h := &t.screen.history
	h.next = max(h.next, next)
}

// PushRow appends row y of from to the history, without blanks at the end of a line: a diff
// may have printed them to erase something. wrapped reports whether the line continues in
// the next one.
func (t *Terminal) PushRow(from *Screen, y int, wrapped bool) {
	if y < 0 || y >= len(from.rows) {
		return
	}
	r := *from.rows[y]
	r.wrapped = wrapped
	for !wrapped && r.end > 0 && r.cells[r.end-1]&^cellProtected|' ' == ' ' {
		r.end--
	}
	t.receiveLine(&r, from.tables)
}

// WriteHistory appends lines of text from AppendHistoryText to the history. The text may
// be split between writes anywhere.
func (t *Terminal) WriteHistory(text []byte) {
	if t.historyLine == nil {
		t.historyLine = newTerminal(NewScreen(MaxCols, 1), Options{})
		t.historyLine.applyingDiff, t.historyLine.historyWriter.off = true, true
	}
	line := t.historyLine
	before := line.work
	for start, i := 0, 0; i <= len(text); i++ {
		if i < len(text) && text[i] != '\n' && text[i] != '\v' {
			continue
		}
		line.Write(text[start:i])
		start = i + 1
		if i == len(text) {
			break
		}
		r := line.screen.writable(0)
		r.wrapped = text[i] == '\v'
		t.receiveLine(r, line.screen.tables)
		r.clear()
		line.screen.Cursor.X, line.screen.Cursor.PendingWrap = 0, false
	}
	t.work += line.work - before
}

// EndHistory ends a text. The rendition and a line without its end are dropped.
func (t *Terminal) EndHistory() { t.historyLine = nil }

func (t *Terminal) receiveLine(r *row, tables *tables) {
	w := &t.historyWriter
	if w.tables != tables {
		w.tables, w.block = tables, nil
	}
	if t.screen.history.limit == 0 {
		t.screen.history.next++
		return
	}
	t.work += (r.end + w.append(&t.screen.history, r, tables)) / cheapMove
}
