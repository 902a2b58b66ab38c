package vt

// AppendRepaint appends the bytes that make a terminal in any state show to, all but
// the bell, the clipboard and notices, which are events. Modes that a Screen does not
// hold are left as they are, and so is DECBKM if it is reset in to. before is the screen
// whose colours the terminal may have, nil for none.
func AppendRepaint(dst []byte, before, to *Screen, d Dialect) []byte {
	from := NewScreen(to.cols, len(to.rows))
	from.Bells, from.Clipboard, from.Notice = to.Bells, to.Clipboard, to.Notice
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
	}
	w.out = append(w.out, "\x1b[H\x1b[2J"...)
	w.announce(from)
	w.paintRows(make([]*row, len(to.rows)))
	w.finish(from.Cursor)
	return w.out
}

// Traces are what diffs have left in a terminal beyond what each undo takes back.
type Traces struct {
	Directory bool    // one was set (OSC 7)
	Colors    *Colors // those that are set
	Theme     Theme   // the colours that the terminal had before, as far as it has reported them
}

// AppendUndo appends the bytes that undo all that a diff may have set in the user's
// terminal, but for its text and titles: rendition, hyperlink, margins, cursor, modes,
// and the traces. A directory becomes none, and a colour what it was before, or what
// the terminal resets it to if that is not known.
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
	w.colors(left.Colors, nil)
	w.colors(nil, left.Theme.under(left.Colors))
	return w.out
}

// initialState sets what every diff relies on: replace mode, a line feed that
// keeps the column, absolute origin, autowrap, no margins, SGR 0. With resetModes it
// resets all modes of a Screen.
const initialState = "\x1b[4l\x1b[20l\x1b[?6;69l\x1b[?7h\x1b[r\x1b[m" +
	"\x1b[?5;9;1000;1001;1002;1003;1004;1005;1006;1015;2004l"

// resetModes takes back what only some receivers know, and what is not simply
// reset.
func (d *differ) resetModes() {
	d.resetToggles()
	if d.dialect.PixelMouse || d.dialect.HideCursor { // it may have been another dialect before
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
