package vt

// AppendRepaint appends the bytes that make a terminal in any state show to,
// all but the bell, the clipboard and notices, which are events. Modes that a Screen
// does not hold, such as DECCKM, are left as they are.
func AppendRepaint(dst []byte, to *Screen, d Dialect) []byte {
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
	w.resetExtras()
	w.out = append(w.out, "\x1b[H\x1b[2J"...)
	w.announce(from)
	w.paintRows(make([]*row, len(to.rows)))
	w.finish(from.Cursor)
	return w.out
}

// initialState sets what every diff relies on: replace mode, a line feed that
// keeps the column, absolute origin, autowrap, no margins, SGR 0. It resets all
// modes of a Screen.
const initialState = "\x1b[4l\x1b[20l\x1b[?6;69l\x1b[?7h\x1b[r\x1b[m" +
	"\x1b[?5;9;1000;1001;1002;1003;1004;1005;1006;1007;1015;2004l"

// resetExtras takes back what only some readers know.
func (d *differ) resetExtras() {
	if d.dialect.PixelMouse {
		d.mode(1016, false)
	}
	if d.dialect.Keyboard {
		d.out = append(d.out, "\x1b[=0u\x1b[>4;0m"...)
	}
	if d.dialect.Links {
		d.out = append(d.out, "\x1b]8;;\a"...)
	}
}
