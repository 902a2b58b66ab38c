package vt

// savedState is what DECSC saves (DEC STD 070). Its zero value is not what
// DECRC restores when nothing was saved: see initial.
type savedState struct {
	set    bool
	cursor Cursor
	pen    Rendition
	guard  Cell // DECSCA
	sets   charsets
	origin bool
}

// saveSlot is that of the screen that is seen.
func (t *Terminal) saveSlot() *savedState {
	if t.onOther {
		return &t.saves[1]
	}
	return &t.saves[0]
}

// saveCursor is DECSC, SCOSC and 1048.
func (t *Terminal) saveCursor() {
	*t.saveSlot() = savedState{
		set: true, cursor: t.screen.Cursor, pen: t.screen.Pen,
		guard: t.brush & cellProtected, sets: t.sets, origin: t.modes.has(decom),
	}
}

// restoreCursor is DECRC, SCORC and 1048. If nothing was saved the cursor goes
// home and the rest to what it is after RIS.
func (t *Terminal) restoreCursor() {
	s := *t.saveSlot()
	t.modes.put(decom, s.origin)
	t.sets = s.sets
	t.setsChanged()
	t.screen.Pen = s.pen
	t.brush = s.guard
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
