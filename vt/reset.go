package vt

import "gm/vt/parser"

// reset is RIS: all as in a new terminal, but for the titles, what is counted, the
// history, and the colours that DECSTR leaves.
func (t *Terminal) reset() {
	s := t.screen
	if t.onOther {
		t.swap()
	}
	t.hidden = nil
	t.softReset()
	t.modes, t.chosen = initialModes, 0
	t.level = highestLevel
	t.extent = 0
	t.held = nil
	t.parser.VT52 = false
	s.Modes = Modes{}
	s.Cursor = Cursor{}
	t.tabs = nil
	t.keys = keyboards{}
	t.titles = nil
	t.pointers = pointerShapes{}
	s.Pointer, s.Progress = "", Progress{}
	t.stored.set, t.stored.known, t.stored.toggles = 0, 0, Modes{}
	t.saves = [2]savedState{}
	s.Pen = Rendition{}
	t.penChanged()
	t.eraseWhole(0, len(s.rows), false)
	s.enlarged = false
}

// softReset is DECSTR. Of the colours that are set it resets the palette (xterm).
func (t *Terminal) softReset() {
	s := t.screen
	for _, m := range []mode{decckm, decom, reverseWrap, reverseWrap2, decnkm, declrmm, decnrcm, kam, irm} {
		t.modes.put(m, false)
	}
	t.modes.put(decawm, true)
	t.modes.put(dectcem, true)
	s.Cursor.Hidden = false
	s.Cursor.Shape = 0
	s.Cursor.PendingWrap = false
	s.Pen.clear()
	s.Pen.Link = 0
	t.brush = 0
	t.unsetColors(0, specialSlot)
	t.guarded = false
	t.sets = charsets{}
	t.setsChanged()
	t.margin = s.whole()
	t.keys = keyboards{}
	s.Modes.KittyKeys, s.Modes.ModifyOtherKeys = 0, 0
	s.Modes.CursorKeys, s.Modes.Keypad = false, false
	*t.saveSlot() = savedState{}
	t.penChanged()
}

func (t *Terminal) decstr(*parser.Sequence) { t.softReset() }

// alignment fills the screen with E (DECALN), in the default rendition. Of the
// pen's rendition it leaves the colours, as xterm does.
func (t *Terminal) alignment() {
	p := &t.screen.Pen
	p.Attrs, p.Underline = 0, UnderlineNone
	t.penChanged()
	t.margin = t.screen.whole()
	t.modes.put(decom, false)
	t.home()
	t.screen.singleWidth()
	for y := range t.screen.rows {
		t.work += t.screen.cols / cheapFill
		t.screen.writable(y).fill(0, t.screen.cols, 'E')
	}
}
