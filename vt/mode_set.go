package vt

import (
	"slices"

	"gm/vt/parser"
)

func (t *Terminal) sm(s *parser.Sequence)     { t.eachMode(s, ansiModes[:], true) }
func (t *Terminal) rm(s *parser.Sequence)     { t.eachMode(s, ansiModes[:], false) }
func (t *Terminal) decset(s *parser.Sequence) { t.eachMode(s, privateModes[:], true) }
func (t *Terminal) decrst(s *parser.Sequence) { t.eachMode(s, privateModes[:], false) }

func (t *Terminal) eachMode(s *parser.Sequence, table []uint16, on bool) {
	for i := range s.N {
		if m, ok := find(table, s.At(i, 0)); ok {
			t.setMode(m, on)
		}
	}
}

func (t *Terminal) setMode(m mode, on bool) {
	if m == deccolm && !t.modes.has(allowColumns) || m == declrmm && t.conformance < 4 ||
		m == mousePixels && on && !t.applyingDiff && !t.awaiting && t.user.Mode(1016) == modeUnknown {
		return
	}
	t.setByProgram.put(m, true)
	group := groupOf(m)
	if on || !mouseEncodings.has(m) || t.modes.has(m) {
		t.modes &^= group
	}
	t.modes.put(m, on)
	switch {
	case group == alternates:
		if on {
			t.modes |= alternates
		}
		t.setAlternate(m, on)
	case group == mouseModes || group == mouseEncodings:
		t.mouseChanged()
	default:
		t.modeChanged(m, on)
	}
}

// groupOf returns the modes that are reset when m is set, and m.
func groupOf(m mode) modeSet {
	switch {
	case mouseModes.has(m):
		return mouseModes
	case mouseEncodings.has(m):
		return mouseEncodings
	case alternates.has(m):
		return alternates
	}
	return 1 << m
}

func (t *Terminal) modeChanged(m mode, on bool) {
	s := t.screen
	switch m {
	case decanm:
		t.parser.VT52 = !on
	case deccolm:
		t.margin = s.fullMargins()
		t.modes.put(declrmm, false)
		t.home()
		t.eraseWhole(0, len(s.rows), false)
	case decom:
		t.home()
	case decnrcm:
		t.charsetsChanged()
	case declrmm:
		if on {
			s.singleWidth()
		} else {
			t.margin.left, t.margin.right = 0, s.cols-1
		}
	case savedCursor1048:
		if on {
			t.saveCursor()
		} else {
			t.restoreCursor()
		}
	case cursorBlink:
		t.setBlink(on)
	case sizeReports:
		if on {
			t.reportSize()
		}
	case synchronized:
		t.setSynchronized(on)
	default:
		t.userModeChanged(m, on)
	}
}

// setSynchronized takes a snapshot at the start of a synchronized update (?2026)
// and drops it at the end.
func (t *Terminal) setSynchronized(on bool) {
	switch {
	case !on:
		t.syncSnapshot = nil
	case t.syncSnapshot == nil:
		t.work += t.screen.cols * len(t.screen.rows) // all rows may have to be copied
		t.syncSnapshot = t.Snapshot()
	}
}

func (t *Terminal) userModeChanged(m mode, on bool) {
	s := t.screen
	switch m {
	case decscnm:
		s.Modes.ReverseVideo = on
	case dectcem:
		s.Cursor.Hidden = !on
	case focusEvents:
		s.Modes.FocusEvents = on
	case bracketedPaste:
		s.Modes.BracketedPaste = on
	case decckm:
		s.Modes.CursorKeys = on
	case decnkm:
		s.Modes.Keypad = on
	case decbkm:
		s.Modes.BackArrow = on
	default:
		if t := s.Modes.toggle(m); t != nil {
			*t = toggleOf(on)
		}
	}
}

func (t *Terminal) mouseChanged() {
	t.screen.Modes.Mouse, t.screen.Modes.MouseEncoding = 0, 0
	for m, n := range privateModes {
		switch m := mode(m); {
		case mouseModes.has(m) && t.modes.has(m):
			t.screen.Modes.Mouse = MouseMode(n)
		case mouseEncodings.has(m) && t.modes.has(m):
			t.screen.Modes.MouseEncoding = MouseEncoding(n)
		}
	}
}

// modesOf returns the modes that a screen shows, for Resume.
func modesOf(s Modes, c Cursor) modeSet {
	set := initialModes
	set.put(decscnm, s.ReverseVideo)
	set.put(dectcem, !c.Hidden)
	set.put(focusEvents, s.FocusEvents)
	set.put(bracketedPaste, s.BracketedPaste)
	set.put(decckm, s.CursorKeys)
	set.put(decnkm, s.Keypad)
	set.put(decbkm, s.BackArrow)
	for i, t := range s.toggles() {
		if *t != Untouched {
			set.put(toggleModes[i], *t == ToggledOn)
		}
	}
	for _, n := range []int{int(s.Mouse), int(s.MouseEncoding)} {
		if m, ok := find(privateModes[:], n); ok && n != 0 {
			set.put(m, true)
		}
	}
	return set
}

func (t *Terminal) decscusr(s *parser.Sequence) {
	if n := s.At(0, 0); n <= 6 {
		t.screen.Cursor.Shape = uint8(n)
	}
}

// setBlink makes a cursor shape set by the program blink or not (?12). Odd shapes
// blink.
func (t *Terminal) setBlink(on bool) {
	if c := &t.screen.Cursor; c.Shape != 0 {
		c.Shape = (c.Shape + 1) &^ 1
		if on {
			c.Shape--
		}
	}
}

func (t *Terminal) saveModes(s *parser.Sequence) {
	for i := range s.N {
		if m, ok := find(privateModes[:], s.At(i, 0)); ok {
			t.savedModes.known.put(m, true)
			t.savedModes.set.put(m, t.modes.has(m))
			if saved := t.savedModes.toggles.toggle(m); saved != nil {
				*saved = *t.screen.Modes.toggle(m)
			}
		}
	}
}

func (t *Terminal) restoreModes(s *parser.Sequence) {
	for i := range s.N {
		m, ok := find(privateModes[:], s.At(i, 0))
		if now := t.screen.Modes.toggle(m); ok && now != nil {
			if t.savedModes.known.has(m) || t.applyingDiff { // in a diff: as before any program
				*now = *t.savedModes.toggles.toggle(m)
				t.modes.put(m, t.savedModes.set.has(m))
			}
			continue
		}
		on := t.savedModes.set.has(m)
		if ok && t.savedModes.known.has(m) && (on != t.modes.has(m) || m == decom) { // DECOM moves the cursor home
			t.setMode(m, on)
		}
	}
}

// Values of DECRPM.
const (
	modeUnknown = iota
	modeIsSet
	modeIsReset
	modeAlwaysSet
	modeAlwaysReset
)

// decrqm reports a mode (DECRQM). ANSI modes need level 3.
func (t *Terminal) decrqm(s *parser.Sequence) {
	n := s.At(0, 0)
	switch {
	case s.Marker == '?':
		t.reportPrivateMode(n)
	case t.conformance < 3:
	case slices.Contains(fixedModes[:], n):
		t.replyCSI("", "$y", n, modeAlwaysReset)
	default:
		m, ok := find(ansiModes[:], n)
		t.replyCSI("", "$y", n, t.modeValue(m, ok))
	}
}

// reportPrivateMode reports a mode of the user's terminal as set or reset only if
// that terminal has it.
func (t *Terminal) reportPrivateMode(n int) {
	m, ok := find(privateModes[:], n)
	value := t.modeValue(m, ok)
	if !ok || modeSources[m] == fromEmulator {
		t.replyCSI("?", "$y", n, value)
		return
	}
	chosen := t.setByProgram.has(m)
	t.reportWhenKnown(func(t *Terminal) {
		has := t.user.Mode(n)
		switch {
		case modeSources[m] == fromPictures && t.takesPictures():
		case !chosen || has != modeIsSet && has != modeIsReset:
			value = has
		}
		t.replyCSI("?", "$y", n, value)
	})
}

func (t *Terminal) modeValue(m mode, ok bool) int {
	switch {
	case !ok || m == declrmm && t.conformance < 4:
		return modeUnknown
	case t.modes.has(m):
		return modeIsSet
	}
	return modeIsReset
}

// swap switches between the main and the alternate screen (xterm ctlseqs, modes 47,
// 1047, 1049). Each has its own saved cursor and keyboard flags; the rest is
// common.
func (t *Terminal) swap() {
	if t.inactive == nil {
		t.inactive = NewScreen(t.screen.Size()).rows
	}
	t.screen.rows, t.inactive = t.inactive, t.screen.rows
	t.altActive = !t.altActive
	t.screen.forgetEventRows()
	t.screen.Pointer = t.pointers.current(t.altActive)
	t.screen.Modes.KittyKeys = t.keys.current(t.altActive)
}

func (t *Terminal) setAlternate(m mode, on bool) {
	if on && m == alternate1049 {
		t.saveCursor()
	}
	if !on && m == alternate1047 && t.altActive {
		t.clear()
	}
	if on != t.altActive {
		t.swap()
	}
	if on && m == alternate1049 {
		t.clear()
	}
	if !on && m == alternate1049 {
		t.restoreCursor()
	}
}

// clear erases the screen as ED 2 does, which ends a pending wrap.
func (t *Terminal) clear() {
	t.eraseWhole(0, len(t.screen.rows), false)
	t.screen.Cursor.PendingWrap = false
}
