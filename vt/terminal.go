// Package vt emulates a terminal and computes the differences between screens. A session's
// program writes to a [Terminal]; peers and the user's terminal are updated from its
// [Screen].
//
//   - Package vt/parser splits the program's output into printable runs, controls and
//     sequences (Paul Williams' DEC/ANSI state machine) and does not interpret them.
//   - [Terminal] interprets them. It holds the state that a program can observe: two
//     screens, margins, tabs, modes, replies to queries.
//   - [Screen] is the state that a user can see: rows of cells, a cursor, a title and
//     the modes that the user's terminal must have. The protocol synchronizes it.
//     Screens share rows and history; a row is copied when it is written after a
//     snapshot, so a snapshot costs one pointer a row.
//
// [AppendDiff] writes the bytes that change a terminal showing one Screen into one showing
// another, in the [Dialect] of the receiver.
//
// The package does no I/O and reads no clock. It is not safe for concurrent use.
package vt

import (
	"gm/vt/parser"
	"gm/vt/passage"
	"gm/vt/picture"
)

// Options configure a Terminal.
type Options struct {
	Version   string // XTVERSION reports "gm " and this
	Checksums bool   // answer DECRQCRA
	Reflow    bool   // Resize reflows the lines of the main screen
	// History is the number of lines kept that scrolled off the main screen, at most
	// MaxHistory.
	History int
	// Passages keeps the parts of the output that are for the user's terminal and not for
	// the screen, until TakePassages.
	Passages bool
	// Pictures shows the pictures of programs, if the user's terminal can (FeaturePictures).
	Pictures bool
}

// Terminal is the terminal that a program writes to.
type Terminal struct {
	screen  *Screen
	options Options
	parser  parser.Parser
	modes   modeSet
	margin  margins
	penCell Cell // rendition and protection of the next character
	// blankCell is an erased cell in the background blankOf: see blank.
	blankCell      Cell
	blankOf        Color
	compactions    int // how often the numbers of styles have changed
	last           lastPrinted
	charsets       charsets
	tabs           tabStops
	savedCursors   [2]savedState // DECSC, of the main and of the alternate screen
	inactive       []*row        // rows of the screen that is not shown; nil before the first switch
	ring           []*row        // memory of the main screen's rows: see ringRows
	scratch        []Cell        // memory of moveOutside
	altActive      bool          // the alternate screen is shown
	conformance    int           // level, 1 to 4 (DECSCL)
	eraseProtected bool          // ED, EL and ECH skip protected cells (SPA)
	extent         int           // DECSACE: DECCARA and DECRARA change a rectangle (2) or a stream
	syncSnapshot   *Screen       // the screen when ?2026 was set
	historyWriter  historyWriter
	historyLine    *Terminal // holds the line that WriteHistory is in; nil until the first
	recallOff      bool      // Resize leaves lines in the history
	erased         erasedScreen
	keys           keyboards
	titles         titleStack
	pointers       pointerShapes
	theme          Theme
	windowPixels   Pixels
	reportedPixels Pixels   // by the last report of ?2048
	savedModes     struct { // by XTSAVE
		set, known modeSet
		toggles    Modes // of modes that are toggles
	}
	replies []byte
	// The user's terminal, and reports that wait until it is known.
	user         Capabilities
	awaiting     bool
	deferred     []deferred
	behind       int     // bytes queued behind deferred reports
	setByProgram modeSet // modes that the program has set or reset since RIS
	// work counts the cells that control functions have read or changed and the bytes
	// of replies. Printing is not counted.
	work int
	// applyingDiff is set if the input is a diff, not a program's output (Resume).
	applyingDiff bool
	passages     passage.Queue
	pictures     picture.Store
	followed     map[uint32]bool // the relative placements that have been drawn
	// slowPrint prints every character by itself, for tests.
	slowPrint bool
}

// NewTerminal returns a terminal in its initial state (RIS). The size is clamped as
// in NewScreen.
func NewTerminal(cols, rows int, o Options) *Terminal {
	t := newTerminal(NewScreen(cols, rows), o)
	t.screen.history.limit = min(max(o.History, 0), MaxHistory)
	t.historyWriter.off = t.screen.history.limit == 0
	return t
}

// Resume returns a terminal that shows s, for applying a diff. s is not changed,
// and all state that a Screen does not hold is as after RIS. The terminal adds
// nothing to the history and refuses the rectangle operations: no diff needs them,
// and a few bytes of them change every cell.
func Resume(s *Screen) *Terminal {
	t := resume(s)
	t.screen.tables.links.doubleLimits()
	return t
}

func resume(s *Screen) *Terminal {
	t := newTerminal(s.Clone(), Options{})
	t.applyingDiff, t.historyWriter.off = true, true
	t.modes = modesOf(s.Modes, s.Cursor)
	if s.Modes.KittyKeys != 0 {
		t.keys.flags[0] = []uint8{s.Modes.KittyKeys}
	}
	if s.Pointer != "" {
		t.pointers[0] = []string{s.Pointer}
	}
	t.penChanged()
	return t
}

func newTerminal(s *Screen, o Options) *Terminal {
	t := &Terminal{screen: s, options: o, modes: initialModes, conformance: highestConformance}
	t.margin = s.fullMargins()
	t.parser.Performer = (*performer)(t)
	if o.Passages {
		t.parser.MaxTransfer = passage.MaxTransfer
	}
	if o.Pictures {
		t.parser.MaxPicture = picture.MaxData
	}
	return t
}

// performer performs the events of the parser. It is a Terminal whose methods are
// not exported as the Terminal's own.
type performer Terminal

// Write parses a program's output. It never fails. A sequence may be split between
// writes anywhere.
func (t *Terminal) Write(p []byte) (int, error) {
	t.parser.Write(p)
	t.followPictures()
	return len(p), nil
}

// maxReplies bounds the reports that have not been taken, in bytes. A report that
// would exceed it is dropped whole.
const maxReplies = 64 << 10

// TakeReplies appends the replies to the program's queries since the last call.
func (t *Terminal) TakeReplies(dst []byte) []byte {
	dst = append(dst, t.replies...)
	t.replies = t.replies[:0]
	return dst
}

// TakePassages returns the parts of passages since the last call (Options.Passages).
func (t *Terminal) TakePassages() []passage.Part { return t.passages.Take() }

// InControlMode reports whether the program's output is that of tmux's control mode.
func (t *Terminal) InControlMode() bool { return t.passages.InControl() }

// Snapshot returns the screen as it is now. The caller may keep it: later writes
// copy the rows that they change.
func (t *Terminal) Snapshot() *Screen {
	s := t.screen.Clone()
	s.Cursor.PendingWrap = s.Cursor.PendingWrap && t.modes.has(decawm)
	if s.hasLineAttributes {
		s.hasLineAttributes = s.blankHiddenHalf()
	}
	s.limitLinks()
	return s
}

// ApplicationCursorKeys reports whether DECCKM (?1) is set.
func (t *Terminal) ApplicationCursorKeys() bool { return t.modes.has(decckm) }

// CursorHidden reports whether the cursor is hidden (DECTCEM).
func (t *Terminal) CursorHidden() bool { return t.screen.Cursor.Hidden }

// Synchronized reports whether a synchronized update (?2026) is under way. Senders
// should then send SyncSnapshot, for at most 150 ms.
func (t *Terminal) Synchronized() bool { return t.modes.has(synchronized) }

// SyncSnapshot returns the screen as it was when the synchronized update under way
// began, or nil if none is.
func (t *Terminal) SyncSnapshot() *Screen { return t.syncSnapshot }

// AlternateScreen reports whether the alternate screen is shown.
func (t *Terminal) AlternateScreen() bool { return t.altActive }

// Work returns about how many cells control functions have read or changed so far:
// a measure of the time taken beside that for the length of the input.
func (t *Terminal) Work() int { return t.work }

// Size returns the number of columns and rows.
func (t *Terminal) Size() (cols, rows int) { return t.screen.Size() }

// reset is RIS: everything becomes as in a new terminal, except for titles,
// counters, the history, and the colours that DECSTR keeps.
func (t *Terminal) reset() {
	s := t.screen
	if t.altActive {
		t.swap()
	}
	t.inactive = nil
	t.softReset()
	t.modes, t.setByProgram = initialModes, 0
	t.conformance = highestConformance
	t.extent = 0
	t.syncSnapshot = nil
	t.parser.VT52 = false
	s.Modes = Modes{}
	s.Cursor = Cursor{}
	t.tabs = nil
	t.keys = keyboards{}
	t.titles = nil
	t.pointers = pointerShapes{}
	t.pictures.Reset()
	s.Pointer, s.Progress = "", Progress{}
	t.savedModes.set, t.savedModes.known, t.savedModes.toggles = 0, 0, Modes{}
	t.savedCursors = [2]savedState{}
	s.Pen = Rendition{}
	t.penChanged()
	t.eraseWhole(0, len(s.rows), false)
	s.hasLineAttributes = false
}

// softReset is DECSTR. Of the colours set by the program it resets the palette
// (xterm).
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
	t.penCell = 0
	t.unsetColors(0, specialSlot)
	t.eraseProtected = false
	t.charsets = charsets{}
	t.charsetsChanged()
	t.margin = s.fullMargins()
	t.keys = keyboards{}
	s.Modes.KittyKeys, s.Modes.ModifyOtherKeys = 0, 0
	s.Modes.CursorKeys, s.Modes.Keypad = false, false
	*t.savedCursor() = savedState{}
	t.penChanged()
}

func (t *Terminal) decstr(*parser.Sequence) { t.softReset() }

// alignmentPattern fills the screen with E in the default rendition (DECALN). The
// pen keeps its colours, as in xterm.
func (t *Terminal) alignmentPattern() {
	p := &t.screen.Pen
	p.Attrs, p.Underline = 0, UnderlineNone
	t.penChanged()
	t.margin = t.screen.fullMargins()
	t.modes.put(decom, false)
	t.home()
	t.screen.singleWidth()
	for y := range t.screen.rows {
		t.work += t.screen.cols / cheapFill
		t.screen.writable(y).fill(0, t.screen.cols, 'E')
	}
}
