package vt

// AppendRepaint appends the bytes that make a terminal in any state show to. They leave
// modes that a Screen does not hold unchanged, and DECBKM if it is reset in to.
//
// before is the screen shown earlier: the terminal may still have its colours,
// progress, pointer shape and notes, and has received its events, bells and clipboard
// texts. If before is nil, the terminal has none of those states and has received all
// events of to.
func AppendRepaint(dst []byte, before, to *Screen, d Dialect) []byte {
	from := NewScreen(to.cols, len(to.rows))
	events := before
	if events == nil {
		events = to
	}
	from.Bells, from.Clipboards, from.Events = events.Bells, events.Clipboards, events.Events
	from.Cursor.Shape = ^to.Cursor.Shape
	w := newDiffer(append(dst, initialState...), from, to, d)
	w.hidden = !to.Cursor.Hidden
	if d.HideCursor {
		w.out = append(w.out, "\x0f\x1b(B"...)
		w.mode(25, false)
		w.hidden = true
	}
	w.resetModes()
	if before != nil {
		w.colors(before.Colors, nil)
		w.undoStates(before)
		w.undoNotes(before, "")
	}
	w.clear()
	w.appendState(from)
	w.paintRows(make([]*row, len(to.rows)))
	w.events(from)
	w.finish(from.Cursor)
	return w.out
}

// clear erases the screen.
func (d *differ) clear() {
	switch above := d.to.above; {
	case !d.dialect.Scrollback:
		d.out = append(d.out, "\x1b[H\x1b[2J"...)
		return
	case above > 0:
		d.out = append(appendInt(append(d.out, "\x1b["...), above+1), "H\x1b[J"...)
		d.certainty = lost
		return
	}
	d.unerased = d.to.continuing && d.blankTail(d.to.rows[0].cells) > 0
	d.out = append(d.out, "\x1b[H"...)
	for y := range d.to.rows {
		if y > 0 {
			d.out = append(d.out, '\n')
		}
		if d.dialect.LineAttributes {
			d.out = append(d.out, esc, '#', decswl)
		}
		if y > 0 || !d.unerased {
			d.out = append(d.out, "\x1b[K"...)
		}
	}
	if len(d.to.rows) > 1 {
		d.out = append(d.out, "\x1b[2H\x1b[J"...) // see appendUnused
	}
	d.out = append(d.out, "\x1b[H"...)
}

func (d *differ) undoStates(s *Screen) {
	if d.dialect.Progress && s.Progress != (Progress{}) {
		d.out = Progress{}.append(d.out)
	}
	if d.dialect.Pointer && s.Pointer != "" {
		d.osc("22;", "\a")
	}
}

// Traces are the states that diffs have set in a terminal and that AppendUndo resets
// only if they are given.
type Traces struct {
	Directory bool    // a directory was set (OSC 7)
	Shown     *Screen // holds the colours, progress, pointer shape and notes that are set; nil for none
	Theme     Theme   // the terminal's earlier colours, as far as it has reported them
	// WorkingDirectory is the directory of the program that the terminal returns to. It
	// may be empty.
	WorkingDirectory string
}

// AppendUndo appends the bytes that undo all that a diff may have set in the user's
// terminal except text and titles: rendition, hyperlink, margins, cursor, modes and
// left. The directory becomes empty. A colour becomes the earlier one, or the
// terminal's default if that is not known.
func AppendUndo(dst []byte, d Dialect, left Traces) []byte {
	w := newDiffer(append(dst, initialState...), NewScreen(MinCols, MinRows), NewScreen(MinCols, MinRows), d)
	w.resetModes()
	w.mode(25, true)
	if d.CursorShape {
		w.csi(0, " q")
	}
	if d.Directory && left.Directory {
		w.osc("7;", "\a")
	}
	if s := left.Shown; s != nil {
		w.undoStates(s)
		w.undoNotes(s, left.WorkingDirectory)
		w.colors(s.Colors, nil)
		w.colors(nil, left.Theme.valuesFor(s.Colors))
	}
	return w.out
}

// initialState sets the state that every diff relies on: replace mode, a line feed that
// keeps the column, absolute origin, autowrap, no margins, SGR 0. Together with
// resetModes it resets all modes of a Screen.
const initialState = "\x1b[4l\x1b[20l\x1b[?6;69l\x1b[?7h\x1b[r\x1b[m" +
	"\x1b[?5;9;1000;1001;1002;1003;1004;1005;1006;1015;2004l"

func (d *differ) resetModes() {
	d.resetToggles()
	if d.dialect.PixelMouse || d.dialect.HideCursor { // the dialect may have been another one before
		d.mode(1016, false)
	}
	if d.dialect.KeyModes {
		d.mode(1, false)
		d.keypad(false)
	}
	if d.dialect.Keyboard {
		d.out = append(d.out, "\x1b[=0u\x1b[>4;0m"...)
	}
	if d.dialect.Links {
		d.out = append(d.out, "\x1b]8;;\a"...)
	}
}
