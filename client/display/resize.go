package display

import "gm/vt"

// Resized notes that the window has been resized, maybe several times. The next frame
// paints the whole screen.
//
// A terminal that keeps scrollback moves lines between that and the window: it breaks the
// lines anew and scrolls, each in its own way. Where the cursor is afterwards shows how
// many rows have moved, so that none is there twice or lost. Until that is known there are
// no frames.
func (d *Display) Resized() {
	if b := d.scrollback; b != nil && !b.alternate && b.resized == nil {
		b.resized = d.painted
	}
	d.shown = nil
}

// NeedsPosition reports whether there are no frames until Locate is called.
func (d *Display) NeedsPosition() bool { return d.scrollback != nil && d.scrollback.resized != nil }

// Locate appends the output that undoes the scrolling of a resized window of that size.
// y is the row of the cursor, from 0, or negative if it is unknown. reflows reports whether
// the terminal breaks lines anew.
func (d *Display) Locate(dst []byte, cols, rows, y int, reflows bool) []byte {
	b := d.scrollback
	before := b.resized
	b.resized = nil
	if b.starting {
		b.starting = false
		return b.begin(dst, rows, y)
	}
	above, scrolled := before.Cursor.Y-b.above, 0
	var start []vt.Cell
	if reflows {
		var parted bool
		start = b.lineStart()
		if above, parted = before.RowsAboveCursor(start, cols); parted {
			scrolled = 1 // part of the row is in the scrollback
		}
	}
	b.above = 0 // the earlier contents are scrolled off, too
	if y < 0 {
		y = min(above, rows-1)
	}
	if back := y - above + scrolled; back > 0 {
		dst = append(dst, "\x1b[m\x1b[999H"...)
		for range min(back, rows) {
			dst = append(dst, '\n')
		}
	}
	if scrolled = max(scrolled, above-y); scrolled == 0 || b.foreign {
		return dst
	}
	if !reflows {
		cols, _ = before.Size()
	}
	if b.skip == (vt.Span{}) {
		b.skipFrom = b.last.Top
	}
	b.skip = b.skip.Add(before.SpanOfRows(start, cols, scrolled))
	return dst
}

// lineStart returns the cells of the line of the window's first row that are in the
// scrollback.
func (b *scrollback) lineStart() []vt.Cell {
	if b.last.Screen == nil || b.next != b.last.Top || b.foreign {
		return nil
	}
	return b.last.Screen.LineStart(b.hidden, b.last.Screen, b.last.Top)
}

// begin begins the session at row y, or at the top if y is negative.
func (b *scrollback) begin(dst []byte, rows, y int) []byte {
	if y >= 0 {
		b.above = min(y, rows-1)
		return dst
	}
	for range rows - 1 {
		dst = append(dst, '\n')
	}
	return dst
}

// Scrolled returns the part of the session's lines, from a line on, that the terminal has
// moved into its scrollback by itself and the session has not.
func (d *Display) Scrolled() (from uint64, span vt.Span) {
	if d.scrollback == nil {
		return 0, vt.Span{}
	}
	return d.scrollback.skipFrom, d.scrollback.skip
}
