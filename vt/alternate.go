package vt

// The alternate screen (xterm ctlseqs, modes 47, 1047, 1048, 1049).

// swap shows the other of the two screens; each has its own saved cursor and
// keyboard flags, the rest is common.
func (t *Terminal) swap() {
	if t.hidden == nil {
		t.hidden = NewScreen(t.screen.Size()).rows
	}
	t.screen.rows, t.hidden = t.hidden, t.screen.rows
	t.onOther = !t.onOther
	t.screen.unplaceEvents()
	t.screen.Pointer = t.pointers.current(t.onOther)
	t.screen.Modes.KittyKeys = t.keys.current(t.onOther)
}

// setAlternate sets or resets one of the modes 47, 1047 and 1049.
func (t *Terminal) setAlternate(m mode, on bool) {
	if on && m == alternate1049 {
		t.saveCursor()
	}
	if !on && m == alternate1047 && t.onOther {
		t.clear()
	}
	if on != t.onOther {
		t.swap()
	}
	if on && m == alternate1049 {
		t.clear()
	}
	if !on && m == alternate1049 {
		t.restoreCursor()
	}
}

// clear erases as ED 2 does, which ends a pending wrap.
func (t *Terminal) clear() {
	t.eraseWhole(0, len(t.screen.rows), false)
	t.screen.Cursor.PendingWrap = false
}
