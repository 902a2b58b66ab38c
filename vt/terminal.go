package vt

import "gm/vt/parser"

// Options say what a Terminal tells programs about itself, and what it keeps.
type Options struct {
	Version   string // XTVERSION answers "gm " and this
	Checksums bool   // answer DECRQCRA
	Reflow    bool   // Resize breaks the lines of the main screen anew
	// History is how many lines that scrolled off the main screen are kept,
	// at most MaxHistory.
	History int
}

// Terminal is the terminal that a program writes to.
type Terminal struct {
	screen  *Screen
	options Options
	parser  parser.Parser
	modes   modeSet
	margin  margins
	penCell Cell // rendition and protection of the next character
	// blankCell is what erasing leaves in the background blankOf: see blank.
	blankCell      Cell
	blankOf        Color
	compactions    int // how often the numbers of styles have changed
	last           lastPrinted
	charsets       charsets
	tabs           tabStops
	savedCursors   [2]savedState // DECSC, of the main and of the alternate screen
	inactive       []*row        // the screen that is not seen; nil until there is one
	ring           []*row        // memory of the main screen's rows: see ringRows
	scratch        []Cell        // memory of moveOutside
	altActive      bool          // the alternate screen is seen
	conformance    int           // of conformance (DECSCL)
	eraseProtected bool          // ED, EL and ECH leave what is protected (SPA)
	extent         int           // DECSACE: DECCARA and DECRARA change a rectangle (2) or a stream
	syncSnapshot   *Screen       // what was seen when ?2026 was set
	history        historyWriter
	keys           keyboards
	titles         titleStack
	pointers       pointerShapes
	theme          Theme
	windowPixels   Pixels
	reportedPixels Pixels   // by the last report of ?2048
	savedModes     struct { // by XTSAVE
		set, known modeSet
		toggles    Modes // these alone
	}
	replies []byte
	// What is known of the user's terminal, and what waits for that.
	user         Capabilities
	awaiting     bool
	deferred     []deferred
	behind       int     // bytes that wait behind deferred reports
	setByProgram modeSet // modes that the program has set or reset since RIS
	// work counts the cells that control functions have read or changed, and the
	// bytes of answers: what they cost. Printing is not counted.
	work int
	// reading: what is written are diffs, not a program's output (Resume).
	applyingDiff bool
	// replaying: tests take every character the slow way.
	slowPrint bool
}

// NewTerminal gives a terminal in its initial state (RIS); the size is clamped
// as in NewScreen.
func NewTerminal(cols, rows int, o Options) *Terminal {
	t := newTerminal(NewScreen(cols, rows), o)
	t.screen.history.limit = min(max(o.History, 0), MaxHistory)
	t.history.off = t.screen.history.limit == 0
	return t
}

// Resume gives a terminal that shows s, for applying a diff to: s is not
// changed, and everything that a Screen does not hold is as after RIS. It keeps
// no history, and does not know the rectangle operations: no diff needs them,
// and a few bytes of them change every cell.
func Resume(s *Screen) *Terminal {
	t := resume(s)
	t.screen.tables.links.doubleLimits()
	return t
}

func resume(s *Screen) *Terminal {
	t := newTerminal(s.Clone(), Options{})
	t.applyingDiff, t.history.off = true, true
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
	return t
}

// performer does for a Terminal what its parser reports, without being part of
// the Terminal's own methods.
type performer Terminal

// Write feeds the program's output. It takes all of p and never fails; a
// sequence may arrive in any split.
func (t *Terminal) Write(p []byte) (int, error) {
	t.parser.Write(p)
	return len(p), nil
}

// maxReplies bounds the answers that nobody has taken, in bytes. An answer that
// would pass it is dropped whole.
const maxReplies = 64 << 10

// TakeReplies appends the answers to the program's queries since the last call.
func (t *Terminal) TakeReplies(dst []byte) []byte {
	dst = append(dst, t.replies...)
	t.replies = t.replies[:0]
	return dst
}

// Snapshot gives what is seen now. The caller may keep it: later writes copy
// the rows that they change.
func (t *Terminal) Snapshot() *Screen {
	s := t.screen.Clone()
	s.Cursor.PendingWrap = s.Cursor.PendingWrap && t.modes.has(decawm)
	if s.hasLineAttributes {
		s.hasLineAttributes = s.blankHiddenHalf()
	}
	s.limitLinks()
	return s
}

// ApplicationCursorKeys says that DECCKM (?1) is set.
func (t *Terminal) ApplicationCursorKeys() bool { return t.modes.has(decckm) }

// CursorHidden says that the cursor is not shown (DECTCEM).
func (t *Terminal) CursorHidden() bool { return t.screen.Cursor.Hidden }

// Synchronized says that a synchronized update (?2026) is under way: what is
// sent should be the last whole screen, for at most 150 ms.
func (t *Terminal) Synchronized() bool { return t.modes.has(synchronized) }

// SyncSnapshot returns the last whole screen while a synchronized update is under way:
// what was seen when it began. It is nil when none is.
func (t *Terminal) SyncSnapshot() *Screen { return t.syncSnapshot }

// AlternateScreen says that the program has switched to the alternate screen.
func (t *Terminal) AlternateScreen() bool { return t.altActive }

// Work returns how many cells control functions have read or changed so far, about:
// a measure of the time that what was written has cost beside its length.
func (t *Terminal) Work() int { return t.work }

// Size returns the number of columns and rows.
func (t *Terminal) Size() (cols, rows int) { return t.screen.Size() }

// reset is RIS: all as in a new terminal, but for the titles, what is counted, the
// history, and the colours that DECSTR leaves.
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
	s.Pointer, s.Progress = "", Progress{}
	t.savedModes.set, t.savedModes.known, t.savedModes.toggles = 0, 0, Modes{}
	t.savedCursors = [2]savedState{}
	s.Pen = Rendition{}
	t.penChanged()
	t.eraseWhole(0, len(s.rows), false)
	s.hasLineAttributes = false
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

// alignmentPattern fills the screen with E (DECALN), in the default rendition. Of the
// pen's rendition it leaves the colours, as xterm does.
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
