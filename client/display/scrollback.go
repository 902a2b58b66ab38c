package display

import (
	"cmp"
	"fmt"

	"gm/vt"
)

// ScrolledOff describes the lines of a session that have scrolled off its main screen.
type ScrolledOff struct {
	Screen    *vt.Screen // its history has the lines
	Top       uint64     // the number that the first row of the main screen will have as a line
	Clears    uint64     // how often the program has cleared them (ED 3)
	Alternate bool       // the program uses the alternate screen
}

// UseScrollback makes the session use the terminal's main screen, and the alternate screen
// only while the program does. Lines that scroll off go into the terminal's scrollback.
// The heading is the line above those that were there before the client came.
func (d *Display) UseScrollback(heading string) { d.scrollback = &scrollback{heading: heading} }

// HasScrollback reports whether UseScrollback was called.
func (d *Display) HasScrollback() bool { return d.scrollback != nil }

// scrollback is the state of a terminal's main screen and its scrollback.
type scrollback struct {
	heading   string
	next      uint64     // number of the next line of the session
	clears    uint64     // of the session, as far as the terminal has followed
	alternate bool       // the alternate screen is shown
	main      *vt.Screen // the main screen while the alternate screen is shown; nil if unknown

	// resized is the main screen before the window was resized, until the position of the
	// cursor is known; nil otherwise.
	resized *vt.Screen
	last    ScrolledOff // of the main screen in the terminal
	// foreign is set if the session's screen has another size than the window: its rows are
	// cut, and those that the terminal scrolls off are pushed again rather than lost.
	foreign bool
	hidden  int // rows at its top that the terminal has moved into its scrollback itself
	// skip is the part of the session's lines, from skipFrom on, that the terminal has moved
	// into its scrollback itself.
	skip     vt.Span
	skipFrom uint64

	// above is the number of rows at the top of the window that the session has not reached
	// yet: they still show the earlier contents.
	above int
	// starting is set until it is known where in the window the session begins.
	starting bool
}

// Sequences of the user's terminal (xterm ctlseqs).
const (
	resetMargins      = "\x1b7\x1b[?6;69l\x1b[r\x1b8\x1b[m" // DECSTBM moves the cursor
	beginSynchronized = "\x1b[?2026h"
	endSynchronized   = "\x1b[?2026l"
)

// eraseSavedLines erases the scrollback. Before DECSTBM, xterm may not have saved the lines
// of the last LFs yet.
const eraseSavedLines = "\x1b[r\x1b[3J"

// frameScreens bounds the lines that one frame moves into the scrollback, in screens:
// terminals show an unfinished frame after about 100 ms.
const frameScreens = 4

// lineRows bounds the rows by which a frame exceeds frameScreens to end a line.
const lineRows = 256

// start moves the cursor to the start of a row, the next one if it is in the middle of one:
// as many blanks as there are columns wrap then. The session begins there, once the row is
// known.
func (b *scrollback) start(dst []byte, cols, rows int) []byte {
	b.alternate, b.main, b.above = false, nil, 0
	b.resized, b.starting = vt.NewScreen(cols, rows), true
	dst = append(dst, resetMargins...)
	for range cols {
		dst = append(dst, ' ')
	}
	return append(dst, '\r')
}

func (d *Display) paintFinal(dst []byte) []byte {
	b := d.scrollback
	if b.alternate || d.shown == nil {
		return dst
	}
	final := d.shown
	if d.FinalScreen != nil && sameSize(d.FinalScreen, d.shown) {
		final = d.FinalScreen.Below(b.above)
	}
	return d.paint(dst, final.WithoutPictures(nil), d.mainDialect())
}

// Switches reports whether the next frame switches to the alternate screen or back.
func (d *Display) Switches(off ScrolledOff) bool {
	return d.scrollback != nil && d.scrollback.alternate != off.Alternate
}

// stopScrollback returns to the main screen and moves the cursor below its last row in use.
// A session that will be shown again is erased: it would be in the scrollback twice.
func (d *Display) stopScrollback(dst []byte) []byte {
	b := d.scrollback
	if b.alternate {
		dst = append(dst, leaveAlternate...)
		d.shown = b.main
	}
	if d.shown == nil {
		return append(dst, "\x1b[999H\r\n"...)
	}
	cols, rows := d.shown.Size()
	if d.Suspending {
		return vt.AppendRepaint(dst, nil, vt.NewScreen(cols, rows).Below(b.above), d.mainDialect())
	}
	if used := usedRows(d.shown); used < rows {
		return fmt.Appendf(dst, "\x1b[%dH", used+1)
	}
	return fmt.Appendf(dst, "\x1b[%dH\r\n", rows)
}

// forEmergency returns the state of a terminal to which not all output may have been
// written.
func (b *scrollback) forEmergency() *scrollback {
	if b == nil {
		return nil
	}
	return &scrollback{alternate: b.alternate}
}

func (d *Display) mainDialect() vt.Dialect {
	dialect := d.dialect
	dialect.Scrollback = true
	return dialect
}

func (d *Display) frameWithScrollback(dst []byte, s *vt.Screen, off ScrolledOff) []byte {
	b := d.scrollback
	if off.Alternate != b.alternate {
		dst = d.switchScreen(dst, s, off.Alternate)
	}
	if b.alternate {
		return d.paint(dst, s, d.dialect)
	}
	if b.resized != nil {
		return dst
	}
	b.foreign = !sameSize(s, off.Screen)
	defer func() { b.last = off }()
	dialect := d.mainDialect()
	b.skipScrolled(off)
	s = b.withoutScrolled(s, off)
	if b.continues(off) {
		s = s.Continuing()
	}
	if b.above > 0 {
		dst, s = d.makeRoom(dst, s, off)
	}
	if b.upToDate(off) {
		return d.paint(dst, s, dialect)
	}
	dst = append(dst, beginSynchronized...)
	if d.shown == nil || !sameSize(d.shown, s) {
		dst = d.paint(dst, s, dialect)
	}
	if off.Clears != b.clears {
		b.clears = off.Clears
		b.next, _ = off.Screen.History()
		b.skip = vt.Span{}
		dst = append(dst, eraseSavedLines...)
		d.shown = nil // kitty erases the screen too
		dst = d.paint(dst, s, dialect)
	}
	dst = d.scroll(dst, s, off, dialect)
	return append(d.paint(dst, s, dialect), endSynchronized...)
}

// makeRoom scrolls the earlier contents of the window into the scrollback, as far as the
// session needs the rows. It returns the session's screen below the others.
func (d *Display) makeRoom(dst []byte, s *vt.Screen, off ScrolledOff) ([]byte, *vt.Screen) {
	b := d.scrollback
	_, rows := s.Size()
	n := max(b.above+lastRow(s)+1-rows, 0)
	if !b.upToDate(off) || s.Modes.Mouse != 0 || d.shown != nil && !sameSize(d.shown, s) {
		n = b.above
	}
	b.above -= n
	dst, d.shown = vt.AppendScroll(dst, d.shown, n, d.mainDialect())
	return dst, s.Below(b.above)
}

// skipScrolled skips the next lines, as far as the terminal has moved them by itself.
func (b *scrollback) skipScrolled(off ScrolledOff) {
	if b.skip != (vt.Span{}) && b.next >= b.skipFrom {
		b.next, b.skip = off.Screen.SkipHistory(b.skip, b.next, b.arrived(off))
		b.skipFrom = b.next
	}
}

// withoutScrolled returns s as it will be once the session has scrolled as the terminal.
func (b *scrollback) withoutScrolled(s *vt.Screen, off ScrolledOff) *vt.Screen {
	first, end := off.Screen.History()
	if b.hidden = 0; b.skip == (vt.Span{}) || off.Top != end {
		return s
	}
	left := off.Screen.SubtractHistory(b.skip, max(first, b.skipFrom), end)
	rows, whole := s.RowsOfSpan(left)
	if !whole { // the program has moved up, or erased the rows
		b.skip = vt.Span{}
		return s
	}
	b.hidden = rows
	return s.ScrolledUp(b.hidden)
}

// continues reports whether the session's first row in the window, or the next line to be
// moved, continues the last line of the scrollback.
func (b *scrollback) continues(off ScrolledOff) bool {
	switch {
	case b.above > 0 || b.foreign:
		return false
	case b.next != off.Top:
		return b.next > 0 && off.Screen.HistoryContinues(b.next-1)
	}
	return off.Screen.Continues(b.hidden, off.Top)
}

func (b *scrollback) upToDate(off ScrolledOff) bool {
	return b.next >= b.arrived(off) && b.clears == off.Clears
}

// arrived returns the end of the lines that can be moved into the scrollback. A line of
// several rows waits for those that have not arrived, or the terminal would part it; one
// of more than lineRows does not.
func (b *scrollback) arrived(off ScrolledOff) uint64 {
	_, end := off.Screen.History()
	first, _ := off.Screen.HistoryRun(b.next)
	switch {
	case first >= end: // all have been dropped
		return b.next
	case end == off.Top: // it continues on the screen
		return end
	}
	for n := end; end-n < lineRows; n-- {
		switch {
		case n <= first:
			return b.next
		case !off.Screen.HistoryContinues(n - 1):
			return n
		}
	}
	return end
}

// Behind reports whether another frame is due, because the last one could not move all lines
// into the scrollback.
func (d *Display) Behind(off ScrolledOff) bool {
	b := d.scrollback
	return b != nil && !b.alternate && b.resized == nil && !b.upToDate(off)
}

func (d *Display) scroll(dst []byte, s *vt.Screen, off ScrolledOff, dialect vt.Dialect) []byte {
	b, source := d.scrollback, off.Screen
	first, end := source.HistoryRun(b.next)
	if end = min(end, b.arrived(off)); first >= end {
		return dst
	}
	_, rows := s.Size()
	var above string
	switch {
	case b.heading != "":
		above, b.heading = b.heading, ""
	case first > b.next:
		above = fmt.Sprintf("[gm: %d lines are missing]", first-b.next)
	}
	lines := &vt.Scrolled{Source: source, First: first, Above: above}
	lines.End = min(end, lines.First+uint64(frameScreens*rows))
	for last := lines.End + lineRows; lines.End < min(end, last) && source.HistoryContinues(lines.End-1); {
		lines.End++ // the end of a line that has begun
	}
	switch {
	case b.skip == (vt.Span{}):
	case lines.First < b.skipFrom:
		lines.End = min(lines.End, b.skipFrom)
	default:
		lines.Skip = b.skip
	}
	lines.Joined = lines.End == off.Top && b.hidden == 0
	dst, d.shown = vt.AppendScrolled(dst, d.shown, s, lines, dialect)
	if b.next = lines.End; lines.First >= b.skipFrom {
		b.skip, b.skipFrom = lines.Skip, lines.End
	}
	return dst
}

// switchScreen switches to the alternate screen or back. The next frame paints the screen
// anew: some terminals keep modes for each.
func (d *Display) switchScreen(dst []byte, s *vt.Screen, alternate bool) []byte {
	b := d.scrollback
	b.alternate = alternate
	if alternate {
		if d.shown != nil {
			dst = d.paint(dst, d.shown.WithoutPictures(nil), d.mainDialect())
		}
		b.main, b.resized, d.shown = cmp.Or(b.resized, d.shown), nil, nil
		return append(dst, enterAlternate...)
	}
	if b.main != nil && !sameSize(b.main, s) {
		b.resized = b.main
	}
	d.shown, b.main = nil, nil
	return append(dst, leaveAlternate...)
}
