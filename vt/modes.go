package vt

// mode is a mode that a program sets, a bit in a modeSet.
type mode uint8

// The DEC private modes (xterm ctlseqs, DECSET).
const (
	dectcem mode = iota // cursor visible; first, because programs set it most often
	decckm              // application cursor keys
	decanm              // ANSI and not VT52
	deccolm             // 132 columns
	decsclm             // smooth scroll
	decscnm             // reverse video
	decom               // origin
	decawm              // autowrap
	decarm              // autorepeat
	mouseX10
	cursorBlink
	decpff // form feed after printing
	decpex // print the whole page
	allowColumns
	moreFix
	decnrcm      // national character sets
	reverseWrap  // only into lines that were wrapped
	reverseWrap2 // into any line
	decnkm       // application keypad
	decbkm       // backarrow sends BS
	declrmm
	decsdm     // sixels at the top left corner; the cursor stays
	sixelRight // the cursor moves behind sixels
	mouseButtons
	mouseHighlight
	mouseDrag
	mouseMotion
	focusEvents
	mouseUTF8
	mouseSGR
	alternateScroll
	mouseURXVT
	mousePixels
	metaEighth
	numLockModifier
	metaSendsEscape
	deleteSendsDEL
	altSendsEscape
	bellUrgent
	alternate47
	alternate1047
	savedCursor1048
	alternate1049
	bracketedPaste
	synchronized
	clusters
	colorReports
	sizeReports
	// The ANSI modes (ECMA-48, SM).
	kam
	irm
	srm
	lnm
	modeCount
)

// privateModes and ansiModes are the numbers of the modes.
var privateModes = [...]uint16{
	dectcem: 25, decckm: 1, decanm: 2, deccolm: 3, decsclm: 4, decscnm: 5, decom: 6,
	decawm: 7, decarm: 8, mouseX10: 9, cursorBlink: 12, decpff: 18, decpex: 19,
	allowColumns: 40, moreFix: 41, decnrcm: 42, reverseWrap: 45, reverseWrap2: 1045,
	decnkm: 66, decbkm: 67, declrmm: 69, decsdm: 80, sixelRight: 8452,
	mouseButtons: 1000, mouseHighlight: 1001, mouseDrag: 1002,
	mouseMotion: 1003, focusEvents: 1004, mouseUTF8: 1005, mouseSGR: 1006,
	alternateScroll: 1007, mouseURXVT: 1015, mousePixels: 1016,
	metaEighth: 1034, numLockModifier: 1035, metaSendsEscape: 1036,
	deleteSendsDEL: 1037, altSendsEscape: 1039, bellUrgent: 1042, alternate47: 47,
	alternate1047: 1047, savedCursor1048: 1048, alternate1049: 1049,
	bracketedPaste: 2004, synchronized: 2026, clusters: 2027,
	colorReports: 2031, sizeReports: 2048,
}

var ansiModes = [...]uint16{kam: 2, irm: 4, srm: 12, lnm: 20}

// fixedModes are the ANSI modes that are always reset (DEC STD 070).
var fixedModes = [...]int{1, 5, 7, 10, 11, 13, 14, 15, 16, 17, 18, 19}

func find(table []uint16, number int) (mode, bool) {
	if number == 0 { // gaps in the table
		return 0, false
	}
	for m, n := range table {
		if int(n) == number {
			return mode(m), true
		}
	}
	return 0, false
}

// modeSet is a set of modes.
type modeSet uint64

func (s modeSet) has(m mode) bool { return s>>m&1 != 0 }

func (s *modeSet) put(m mode, on bool) {
	*s &^= 1 << m
	if on {
		*s |= 1 << m
	}
}

// initialModes are the modes set after RIS.
const initialModes modeSet = 1<<decanm | 1<<decawm | 1<<decarm | 1<<dectcem |
	1<<metaEighth | 1<<numLockModifier | 1<<srm

// Groups of modes: at most one of the mouse modes is set, and at most one of the
// encodings. The alternates are one mode with three ways to set it.
const (
	mouseModes modeSet = 1<<mouseX10 | 1<<mouseButtons | 1<<mouseHighlight |
		1<<mouseDrag | 1<<mouseMotion
	mouseEncodings modeSet = 1<<mouseUTF8 | 1<<mouseSGR | 1<<mouseURXVT | 1<<mousePixels
	alternates     modeSet = 1<<alternate47 | 1<<alternate1047 | 1<<alternate1049
)

// Toggle is a mode that stays as the user's terminal has it until a program sets or
// resets it.
type Toggle uint8

const (
	Untouched Toggle = iota
	ToggledOn
	ToggledOff
)

func toggleOf(on bool) Toggle {
	if on {
		return ToggledOn
	}
	return ToggledOff
}

// toggleModes are the modes that are toggles (xterm ctlseqs, DECSET).
var toggleModes = [...]mode{alternateScroll, metaEighth, numLockModifier, metaSendsEscape, deleteSendsDEL, altSendsEscape}

const toggleCount = len(toggleModes)

func (m *Modes) toggles() [toggleCount]*Toggle {
	return [...]*Toggle{&m.AlternateScroll, &m.MetaEighth, &m.NumLock, &m.MetaEscape, &m.DeleteDEL, &m.AltEscape}
}

// toggle returns the toggle of a mode, or nil if the mode is none.
func (m *Modes) toggle(which mode) *Toggle {
	for i, t := range m.toggles() {
		if toggleModes[i] == which {
			return t
		}
	}
	return nil
}

// toggleOrigin is the state of a receiver's toggle before any program.
type toggleOrigin uint8

const (
	notCarried toggleOrigin = iota // the receiver may lack the mode: it is never sent
	originSet
	originReset
	originSaved // unknown; XTRESTORE restores it
)

// scrollIs returns origins that are unknown except for mode 1007.
func scrollIs(o toggleOrigin) [toggleCount]toggleOrigin { return [toggleCount]toggleOrigin{o} }

// originOf returns the origin of a toggle with a DECRPM value, or unknown if that
// is neither set nor reset.
func originOf(value int, unknown toggleOrigin) toggleOrigin {
	switch value {
	case modeIsSet:
		return originSet
	case modeIsReset:
		return originReset
	}
	return unknown
}

func (d *Dialect) origin(i int) toggleOrigin {
	if !d.KeyModes && toggleModes[i] != alternateScroll {
		return notCarried
	}
	return d.origins[i]
}

// carried returns the state of a receiver's toggle for t.
func (o toggleOrigin) carried(t Toggle) Toggle {
	switch {
	case o == notCarried:
		return Untouched
	case t == Untouched && o != originSaved:
		return toggleOf(o == originSet)
	}
	return t
}

func (d *differ) appendToggle(m mode, t Toggle) {
	if t == Untouched {
		d.out = append(appendInt(append(d.out, "\x1b[?"...), int(privateModes[m])), 'r')
		return
	}
	d.mode(int(privateModes[m]), t == ToggledOn)
}

func (d *differ) resetToggles() {
	for i, m := range toggleModes {
		if o := d.dialect.origin(i); o != notCarried {
			d.appendToggle(m, o.carried(Untouched))
		}
	}
}
