package vt

import (
	"slices"
	"strings"
)

// MouseMode selects the mouse events that the program receives: the number of the DEC
// private mode that is set (9, 1000 to 1003), or 0 for none.
type MouseMode uint16

// MouseEncoding is the format of mouse reports: the number of the DEC private mode
// that is set (1005, 1006, 1015, 1016), or 0 for X10's bytes.
type MouseEncoding uint16

// Modes are the modes that the user's terminal must be in for the program.
type Modes struct {
	ReverseVideo    bool // DECSCNM, ?5
	BracketedPaste  bool // ?2004
	FocusEvents     bool // ?1004
	Mouse           MouseMode
	MouseEncoding   MouseEncoding
	KittyKeys       uint8 // kitty keyboard protocol flags
	ModifyOtherKeys uint8 // XTMODKEYS 4

	CursorKeys bool // DECCKM, ?1: application cursor keys
	Keypad     bool // DECNKM, ?66 and DECKPAM: application keypad
	BackArrow  bool // DECBKM, ?67: the backarrow key sends BS

	AlternateScroll Toggle // ?1007: the wheel sends cursor keys on the alternate screen
	MetaEighth      Toggle // ?1034: Meta sets the eighth bit
	NumLock         Toggle // ?1035: NumLock changes the keypad
	MetaEscape      Toggle // ?1036: Meta sends ESC first
	DeleteDEL       Toggle // ?1037: the Delete key sends DEL
	AltEscape       Toggle // ?1039: Alt sends ESC first
}

// Cursor is the position of the next character and the cursor's appearance. X is 0
// to cols-1, Y is 0 to rows-1.
type Cursor struct {
	X, Y        int
	PendingWrap bool  // the last column was written: the next character wraps
	Hidden      bool  // DECTCEM, ?25 reset
	Shape       uint8 // DECSCUSR parameter, 0 to 6
}

// Clipboard is a text that the program has put into selections (OSC 52). Seq counts
// all of them, so that the same text set twice is two events.
type Clipboard struct {
	Selection string // Pc, such as "c" or "p"; may be empty
	Data      string // base64, as received
	Seq       uint64
}

// Screen is the state of a terminal that a user can observe. Programs write to a
// Terminal; a Screen is read, compared and painted over.
type Screen struct {
	Cursor   Cursor
	Pen      Rendition // the rendition of the next character (SGR)
	Modes    Modes
	Title    string // window title, OSC 0 and 2
	Icon     string // icon name, OSC 0 and 1
	TitleSet bool   // the program has set a title or an icon name
	Bells    uint64 // BELs so far
	Clears   uint64 // how often the history was cleared (ED 3)
	// Clipboards are the last for each selection, oldest first.
	Clipboards []Clipboard
	Directory  string // OSC 7: a file URL; may be empty
	Progress   Progress
	Pointer    string // shape of the mouse pointer (OSC 22); empty for the terminal's own
	Notes      []Note // sorted by name
	Colors     *Colors
	Events     *Events

	cols              int
	rows              []*row
	hasLineAttributes bool // some rows may have a LineAttribute
	owner             *owner
	tables            *tables
	history           history // lines that scrolled off the main screen
	top               int     // the line of row 0, counted from the first one of the main screen
	above             int     // rows at the top that are not the screen's (Below)
	continuing        bool    // row 0 continues a line that begins above the window (Continuing)
	left              int     // the column of the screen at column 0, in a Viewport
}

// Limits of a screen's size, in cells. Sizes outside are clamped.
const (
	MinCols, MaxCols = 1, 2000
	MinRows, MaxRows = 1, 1000
)

// NewScreen returns a blank screen. cols and rows are clamped to the limits.
func NewScreen(cols, rows int) *Screen {
	cols, rows = clampSize(cols, rows)
	s := &Screen{
		cols:   cols,
		rows:   make([]*row, rows),
		owner:  new(owner),
		tables: newTables(),
	}
	for y := range s.rows {
		s.rows[y] = &row{cells: make([]Cell, s.cols), owner: s.owner}
	}
	return s
}

// Size returns the number of columns and rows.
func (s *Screen) Size() (cols, rows int) { return s.cols, len(s.rows) }

// Clone returns a copy of s. The two share each row until one of them writes to it,
// and the history.
//
//go:noinline
func (s *Screen) Clone() *Screen {
	s.tables.shared = true
	c := *s
	c.rows = append([]*row(nil), s.rows...)
	owners := new([2]owner)
	c.owner, s.owner = &owners[0], &owners[1]
	return &c
}

// Cell returns the cell at column x of row y, both from 0, or a blank outside of
// the screen.
func (s *Screen) Cell(x, y int) Cell {
	if x < 0 || y < 0 || x >= s.cols || y >= len(s.rows) {
		return 0
	}
	return s.rows[y].cells[x]
}

// Wrapped reports whether the line of row y continues in the next row (autowrap).
func (s *Screen) Wrapped(y int) bool { return s.rows[y].wrapped }

// Rendition returns the rendition of one of this screen's cells.
func (s *Screen) Rendition(c Cell) Rendition { return s.tables.rendition(c) }

// AppendText appends the UTF-8 text of one of this screen's cells: nothing for a
// tail, a space for a blank.
func (s *Screen) AppendText(dst []byte, c Cell) []byte { return s.tables.appendText(dst, c) }

// writable returns row y for writing. It copies the row first if another screen may
// hold it.
func (s *Screen) writable(y int) *row {
	if r := s.rows[y]; r.owner == s.owner {
		return r
	}
	return s.own(y)
}

// own replaces row y, which another screen may hold, by a copy. It is apart so that writable
// is inlined without it.
//
//go:noinline
func (s *Screen) own(y int) *row {
	s.rows[y] = s.rows[y].clone(s.owner)
	return s.rows[y]
}

func (s *Screen) writableCells(y int) []Cell {
	r := s.writable(y)
	r.end = len(r.cells)
	return r.cells
}

// RowText returns the text of row y without the blanks at its end. A wide character
// appears once.
func (s *Screen) RowText(y int) string {
	var line []byte
	for x := range s.cols {
		line = s.AppendText(line, s.Cell(x, y))
	}
	return strings.TrimRight(string(line), " ")
}

// Text returns the rows separated by newlines, without the empty ones at the end.
func (s *Screen) Text() string {
	var lines []string
	for y := range s.rows {
		lines = append(lines, s.RowText(y))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// AppendLines appends the first n rows of s as lines of text with their renditions,
// for a terminal in its initial state whose cursor is at the start of a line. It
// ends in the same state. A line that continues in the next row does so in the
// terminal too, if its window is as wide.
func AppendLines(dst []byte, s *Screen, n int, d Dialect) []byte {
	d.AmbiguousWidths = false // after such a character the cursor cannot be addressed
	w := newDiffer(dst, s, s, d)
	w.pen, w.link, w.drawnValid = Rendition{}, Link{}, false
	rows := s.rows[:min(n, len(s.rows))]
	for y, r := range rows {
		w.x, w.y, w.certainty = 0, y, known
		for _, c := range r.cells[:w.lineEnd(r)] {
			if !c.Tail() {
				w.print(c, 1)
			}
		}
		w.setPen(Rendition{})
		if !r.wrapped || r.cells[s.cols-1].Blank() || y+1 == len(rows) || w.lineEnd(rows[y+1]) == 0 {
			w.out = append(w.out, "\r\n"...)
		}
	}
	return w.out
}

// lineEnd returns the number of columns up to the last that is not a default blank.
func (d *differ) lineEnd(r *row) int {
	end := d.to.cols
	for end > 0 && r.cells[end-1].Blank() && d.renditionOf(d.b, r.cells[end-1]) == (Rendition{}) {
		end--
	}
	return end
}

// Partway returns a copy of from with about half of the rows that differ in s, as
// they are in s, and in the size of s. It reports false if fewer than two rows
// differ.
func (s *Screen) Partway(from *Screen) (*Screen, bool) {
	if from.cols != s.cols || len(from.rows) != len(s.rows) {
		from = from.Resized(s.cols, len(s.rows))
	}
	part := from.Clone()
	part.tables = s.tables
	part.tables.shared = true
	c := tableCopier{from: from.tables, to: s.tables, styles: make([]uint16, len(from.tables.styles.list))}
	cells := newCellComparer(from, s, Full())
	different := 0
	for y, r := range s.rows {
		if !cells.sameRow(from.rows[y], r) {
			different++
		}
	}
	taken := 0
	for y, r := range s.rows {
		if taken < different/2 && !cells.sameRow(from.rows[y], r) {
			part.rows[y] = r
			taken++
		} else if from.tables != s.tables {
			part.rows[y] = c.row(from.rows[y], part.owner)
		}
	}
	part.Pen.Link = c.link(from.Pen.Link)
	part.hasLineAttributes = from.hasLineAttributes || s.hasLineAttributes
	return part, taken > 0
}

// cellBytes is the size of a Cell.
const cellBytes = 8

// MemSize returns about how many bytes of memory s holds and shared does not.
// shared may be nil. A receiver of screens bounds the sum of it.
func (s *Screen) MemSize(shared *Screen) int {
	if shared == nil {
		size := s.textSize() + s.cols*len(s.rows)*cellBytes + s.tables.memSize()
		if s.Colors != nil {
			size += colorsBytes
		}
		return size + s.Events.memSize() + s.history.size(&history{})
	}
	size := s.history.size(&shared.history)
	for y, r := range s.rows {
		if y >= len(shared.rows) || r != shared.rows[y] {
			size += len(r.cells) * cellBytes
		}
	}
	if s.tables != shared.tables {
		size += s.tables.memSize()
	}
	if s.Colors != nil && s.Colors != shared.Colors {
		size += colorsBytes
	}
	if s.Events != shared.Events {
		size += s.Events.memSize()
	}
	if !slices.Equal(s.Clipboards, shared.Clipboards) || s.Title != shared.Title || s.Icon != shared.Icon ||
		s.Directory != shared.Directory || !slices.Equal(s.Notes, shared.Notes) {
		size += s.textSize()
	}
	return size
}

func (s *Screen) textSize() int {
	size := len(s.Title) + len(s.Icon) + len(s.Directory) + len(s.Pointer)
	for _, n := range s.Notes {
		size += len(n.Name) + len(n.Value)
	}
	for _, c := range s.Clipboards {
		size += len(c.Data)
	}
	return size
}

// entryBytes is about the size of a table's entry beside its text: the value in the
// list and in the index.
const entryBytes = 128

// textMeasure counts the entries of the tables measured so far and the bytes of
// their text.
type textMeasure struct{ clusters, links, text int }

// memSize returns about how many bytes all entries take. Clusters and links are
// never removed, so each is measured once.
func (t *tables) memSize() int {
	m := &t.textMeasure
	for ; m.clusters < len(t.clusters.list); m.clusters++ {
		m.text += len(t.clusters.list[m.clusters])
	}
	for ; m.links < len(t.links.list); m.links++ {
		m.text += t.links.list[m.links].size()
	}
	return m.text + entryBytes*(len(t.styles.list)+m.clusters+m.links)
}
