package display

import (
	"strings"
	"unicode/utf8"
)

// terminalRules are the points in which terminals with scrollback differ. They say what a
// terminal moves into its scrollback besides the lines that leave the whole screen by LF.
type terminalRules struct {
	name        string
	topRegion   bool // rows that leave a region at the top of the window
	innerRegion bool // rows that leave any other region, too
	su          bool // rows that SU scrolls off
	dl          bool // rows that DL deletes at the top
	ed2         bool // the screen that ED 2 erases
	ed3Screen   bool // ED 3 erases the screen, too
	firstParts  bool // EL in the first column of a row parts it from the line above
	elParts     bool // EL in any column does
	lfParts     bool // LF parts the row that it moves to from the row above
	printParts  bool // a character parts its row from the row below, until the line wraps
	fixedLines  bool // a window of another width does not break lines anew
	recalls     bool // a window that grows shows lines of the scrollback again
	bottom      bool // a resized window shows the last rows in use, not the same first one
	blankRows   bool // a window of another width has as many blank rows below the text as before
	// lfUses: a row that LF has left counts as one in use until ED erases it. A cursor above
	// the window of another size is reported in the last row.
	lfUses bool
}

// terminalTable has the rules of terminals. The last ones are the strictest: none exists
// with all of them.
var terminalTable = []terminalRules{
	{name: "xterm", topRegion: true, su: true, fixedLines: true},
	{name: "VTE", topRegion: true, su: true, dl: true, ed2: true, recalls: true, blankRows: true},
	{name: "VTE 0.70", topRegion: true, ed2: true, recalls: true, blankRows: true},
	{name: "kitty", topRegion: true, su: true, ed3Screen: true, elParts: true, lfParts: true, recalls: true, bottom: true},
	{name: "ghostty", topRegion: true, su: true, recalls: true},
	{name: "alacritty", topRegion: true, innerRegion: true, su: true, dl: true, ed2: true, recalls: true, blankRows: true},
	{name: "wezterm", topRegion: true, su: true, dl: true},
	{name: "xterm.js", topRegion: true, firstParts: true},
	{name: "Windows Terminal", ed2: true, bottom: true},
	{name: "konsole", topRegion: true, su: true, recalls: true, bottom: true},
	{name: "foot", topRegion: true, innerRegion: true, su: true, dl: true, lfParts: true, printParts: true, lfUses: true, recalls: true, bottom: true},
	{name: "iTerm2", topRegion: true, su: true, ed2: true, recalls: true, bottom: true},
	{name: "tmux", topRegion: true, su: true, ed2: true, firstParts: true, recalls: true},
	{name: "strict", innerRegion: true, dl: true, ed2: true, ed3Screen: true, elParts: true, lfParts: true, printParts: true, recalls: true, bottom: true},
}

// glyph is a cell of a terminal; the zero value was never written.
type glyph struct {
	text  string // empty for the right half of a wide character
	style style
}

type line struct {
	cells     []glyph
	continues bool // in the next row
	left      bool // by LF, and not erased by ED since
}

// terminal is a user's terminal with scrollback, apart from package vt. It has what a
// Display and the programs of the tests write.
type terminal struct {
	terminalRules
	cols, rows int
	scrollback []*line
	screen     []*line
	main       []*line // the main screen while the alternate one is shown, else nil
	x, y       int
	pending    bool // the next character wraps
	style      style
	top, end   int // margins: rows top to end-1
	saved      [2]position
	noWrap     bool
	last       string // the character that REP repeats
	input      []byte // an incomplete sequence

	// forbidden has the sequences written to the main screen that not every terminal
	// performs in the same way.
	forbidden []string
	erasures  int // ED 3
}

type position struct {
	x, y    int
	pending bool
	style   style
}

func newTerminal(rules terminalRules, cols, rows int) *terminal {
	return &terminal{terminalRules: rules, cols: cols, rows: rows, screen: blankLines(cols, rows), end: rows}
}

func blankLines(cols, rows int) []*line {
	lines := make([]*line, rows)
	for i := range lines {
		lines[i] = &line{cells: make([]glyph, cols)}
	}
	return lines
}

func (t *terminal) Write(b []byte) (int, error) {
	t.input = append(t.input, b...)
	for len(t.input) > 0 {
		n := t.perform(t.input)
		if n == 0 {
			break
		}
		t.input = t.input[n:]
	}
	return len(b), nil
}

// perform performs the first function of the input and returns its length, 0 if it is
// incomplete.
func (t *terminal) perform(b []byte) int {
	switch {
	case b[0] == 0x1b:
		return t.escape(b)
	case b[0] < ' ':
		t.control(b[0])
		return 1
	case !utf8.FullRune(b):
		return 0
	}
	r, n := utf8.DecodeRune(b)
	t.print(r)
	return n
}

func (t *terminal) escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b); i++ {
			if b[i] >= '@' {
				t.csi(string(b[2:i]), b[i])
				return i + 1
			}
		}
		return 0
	case ']', 'P':
		text := string(b[2:])
		bell, st := strings.IndexByte(text, '\a'), strings.Index(text, "\x1b\\")
		switch {
		case bell < 0 && st < 0:
			return 0
		case bell >= 0 && (st < 0 || bell < st):
			t.osc(text[:bell])
			return 2 + bell + 1
		}
		t.osc(text[:st])
		return 2 + st + 2
	case '(', ')', '#', ' ', '%':
		if len(b) < 3 {
			return 0
		}
		return 3
	}
	t.escFinal(b[1])
	return 2
}

func (t *terminal) escFinal(final byte) {
	switch final {
	case '7':
		t.saveCursor()
	case '8':
		t.restoreCursor()
	case 'D':
		t.index()
	case 'E':
		t.index()
		t.x = 0
	case 'M':
		t.pending = false
		if t.y == t.top {
			t.scrollDown(t.top)
		} else {
			t.y = max(t.y-1, 0)
		}
	}
}

func (t *terminal) osc(text string) {
	if link, ok := strings.CutPrefix(text, "8;"); ok {
		_, t.style.link, _ = strings.Cut(link, ";")
	}
}

func (t *terminal) control(c byte) {
	switch c {
	case '\r':
		t.x, t.pending = 0, false
	case '\n', '\v', '\f':
		t.screen[t.y].left = t.lfUses
		t.index()
		if t.lfParts {
			t.partFromAbove()
		}
	case '\b':
		t.x, t.pending = max(t.x-1, 0), false
	case '\t':
		t.x = min(t.x/8*8+8, t.cols-1)
	}
}

// index moves the cursor down. At the bottom margin the region scrolls.
func (t *terminal) index() {
	t.pending = false
	switch {
	case t.y == t.end-1:
		t.scrollUp(t.top, t.end == t.rows && t.top == 0 || t.regionKeeps())
	case t.y < t.rows-1:
		t.y++
	}
}

func (t *terminal) regionKeeps() bool { return t.topRegion && t.top == 0 || t.innerRegion }

// scrollUp removes a row, into the scrollback if keep is set, and adds one at the bottom
// margin.
func (t *terminal) scrollUp(y int, keep bool) {
	if keep && t.main == nil {
		t.scrollback = append(t.scrollback, t.screen[y])
	}
	copy(t.screen[y:t.end-1], t.screen[y+1:t.end])
	t.screen[t.end-1] = t.erasedLine()
}

func (t *terminal) scrollDown(y int) {
	copy(t.screen[y+1:t.end], t.screen[y:t.end-1])
	t.screen[y] = t.erasedLine()
}

func (t *terminal) erasedLine() *line {
	l := blankLines(t.cols, 1)[0]
	t.erase(l, 0, t.cols)
	return l
}

// erase erases cells, in the background of the pen (BCE). A line whose end is erased does
// not continue.
func (t *terminal) erase(l *line, from, to int) {
	to = min(to, t.cols)
	for x := from; x < to; x++ {
		t.unwrite(l, x)
	}
	for x := from; x < to; x++ {
		l.cells[x] = glyph{style: style{bg: t.style.bg}}
	}
	l.continues = l.continues && to < t.cols
}

// unwrite blanks the character at column x, both halves of it.
func (t *terminal) unwrite(l *line, x int) {
	first, last := x, x
	if l.tail(x) {
		first--
	} else if l.tail(x + 1) {
		last++
	}
	for i := first; i <= last; i++ {
		l.cells[i].text = ""
		if first < last {
			l.cells[i].text = " "
		}
	}
}

// tail reports whether column x has the right half of a wide character.
func (l *line) tail(x int) bool {
	return x > 0 && x < len(l.cells) && l.cells[x].text == "" && width(l.cells[x-1].text) == 2
}

func width(text string) int {
	r, _ := utf8.DecodeRuneInString(text)
	switch {
	case text == "":
		return 0
	case r >= 0x300 && r < 0x370:
		return 0
	case r >= 0x2e80 && r < 0xa4d0, r >= 0xac00 && r < 0xd7a4, r >= 0x1f300 && r < 0x1f700:
		return 2
	}
	return 1
}

func (t *terminal) print(r rune) {
	text := string(r)
	n := width(text)
	switch {
	case n == 0:
		if l, x := t.screen[t.y], t.x; x > 0 {
			if !t.pending {
				x--
			}
			if l.tail(x) {
				x--
			}
			l.cells[x].text += text
		}
		return
	case t.pending && !t.noWrap, t.x+n > t.cols && !t.noWrap:
		t.screen[t.y].continues = true
		t.index()
		t.x = 0
	}
	t.x, t.pending = max(min(t.x, t.cols-n), 0), false
	if n > t.cols {
		return
	}
	l := t.screen[t.y]
	for x := t.x; x < t.x+n; x++ {
		t.unwrite(l, x)
	}
	l.cells[t.x] = glyph{text, t.style}
	if n == 2 {
		l.cells[t.x+1] = glyph{"", t.style}
	}
	l.continues = l.continues && !t.printParts
	if t.x += n; t.x == t.cols {
		t.x, t.pending, l.continues = t.cols-1, true, false
	}
	t.last = text
}

func (t *terminal) saveCursor() { t.saved[t.buffer()] = position{t.x, t.y, t.pending, t.style} }

func (t *terminal) restoreCursor() {
	p := t.saved[t.buffer()]
	t.x, t.y, t.pending, t.style = min(p.x, t.cols-1), min(p.y, t.rows-1), p.pending, p.style
}

func (t *terminal) buffer() int {
	if t.main != nil {
		return 1
	}
	return 0
}
