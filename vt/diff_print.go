package vt

import (
	"strings"
	"unicode/utf8"
)

// print prints a cell n times; more than once only what is of one code point
// and one column.
func (d *differ) print(c Cell, n int) {
	d.setPenFor(c)
	width := 1
	if c.Wide() {
		width = 2
	}
	text := d.b.clusters.list[0]
	if c&cellCluster != 0 {
		text = d.b.clusters.list[c&cellRune]
	} else if r := rune(c & cellRune); varies(r) && runeWidth(r) != width {
		text = string(r)
	}
	switch {
	case d.isAmbiguous(c):
		d.printAmbiguous(c, text, width)
		return
	case text != "":
		for range n {
			d.printCluster(text, width)
		}
	default:
		d.printRun(c, n)
	}
	d.x += width * n
	if d.enlarged && d.x == d.columns() && d.x < d.to.cols {
		d.certainty = lost
	}
}

// setPenFor makes the receiver's pen one that draws c as it looks. A blank has its
// own rendition too: a block cursor shows it, and so does text that is copied.
func (d *differ) setPenFor(c Cell) {
	if !d.penDraws(c) {
		d.setPen(d.renditionOf(d.b, c))
		d.drawn, d.drawnValid = c&cellRendition, true
	}
}

// penDraws reports whether the receiver's pen draws c as it looks.
func (d *differ) penDraws(c Cell) bool {
	if d.drawnValid && d.drawn == c&cellRendition {
		return true
	}
	want := d.renditionOf(d.b, c)
	link := want.Link
	want.Link = 0
	if want != d.pen || d.b.links.list[link] != d.link {
		return false
	}
	d.drawn, d.drawnValid = c&cellRendition, true
	return true
}

// printRun prints a code point n times, by REP if that is shorter.
func (d *differ) printRun(c Cell, n int) {
	start := len(d.out)
	d.out = d.b.appendText(d.out, c)
	size := len(d.out) - start
	if d.dialect.Repeat && size*(n-1) > 3+digits(n-1) {
		d.csi(n-1, "b")
		return
	}
	for range n - 1 {
		d.out = append(d.out, d.out[start:start+size]...)
	}
}

// printCluster prints a character of several code points: where only mode 2027
// makes one of it, within that mode; or what a reader without the mode would
// keep in the first of its cells.
func (d *differ) printCluster(text string, width int) {
	n, w := nextCharacter(text)
	known, sure := d.dialect.Widths.columns(text)
	switch {
	case sure && (known == width || d.x+known > d.columns()), !sure && n == len(text) && w == width:
		d.out = append(d.out, text...)
	case d.dialect.ExplicitWidths:
		d.osc("66;w=", "12"[width-1:width])
		d.out = append(append(append(d.out, ';'), text...), '\a')
	case d.dialect.Clusters:
		d.mode(2027, true)
		d.out = append(d.out, text...)
		d.mode(2027, false)
	default:
		d.out = append(d.out, text[:n]...)
		if !d.dialect.HideCursor { // or there are blanks already
			d.out = append(d.out, "  "[min(w, width):width]...)
		}
	}
}

// printAmbiguous prints a character that the receiver may give another width. A
// stock receiver is sent the cells that it may reach into after it. At the right
// edge it must not wrap.
func (d *differ) printAmbiguous(c Cell, text string, width int) {
	extent := extentOf(text)
	guarded := d.x+extent > d.columns()
	if guarded {
		d.mode(7, false)
	}
	if text == "" {
		d.out = d.b.appendText(d.out, c)
	} else {
		d.printCluster(text, width)
	}
	if guarded {
		d.mode(7, true)
	}
	if !d.dialect.HideCursor {
		d.dirty = min(d.x+extent, d.columns())
	}
	d.certainty = lost
}

// extentOf returns how many columns a character may take at most; text is empty
// for one of a single code point.
func extentOf(text string) int { return 2 * max(1, utf8.RuneCountInString(text)) }

// isAmbiguous reports whether the receiver may give a cell of the screen to be
// shown another width.
func (d *differ) isAmbiguous(c Cell) bool { return d.isAmbiguousIn(d.b, c) }

// isAmbiguousIn is isAmbiguous for a cell of the screen with the tables t.
func (d *differ) isAmbiguousIn(t *tables, c Cell) bool {
	if !d.dialect.AmbiguousWidths || c&cellTail != 0 {
		return false
	}
	text := ""
	if c&cellCluster == 0 {
		if !ambiguousWidth(rune(c & cellRune)) {
			return false
		}
	} else {
		text = t.clusters.list[c&cellRune]
		if n, _ := nextCharacter(text); n == len(text) && !strings.ContainsFunc(text, ambiguousWidth) {
			return false
		}
	}
	return !d.dialect.Widths.agree(t, c, text)
}

// agree reports whether the terminal is known to give a cell the columns that it
// has.
func (w Widths) agree(t *tables, c Cell, text string) bool {
	if w == 0 {
		return false
	}
	if text == "" {
		text = string(rune(c & cellRune))
	}
	n, sure := w.columns(text)
	return sure && (n == 2) == c.Wide() && n > 0
}

// A person's terminal may give some characters more columns than they have here,
// or fewer, and a terminal takes away the whole of a character of which one half is
// overwritten. So where the width is in doubt, the cells around such a character are
// printed first and it is printed last: it is seen whole, whatever its width.

// maxExtent is how many columns to the right a character may reach.
const maxExtent = 2 * maxCluster

// firstOverlapping returns the first column from which on a row must be looked at whose
// cells change from column x on.
func (d *differ) firstOverlapping(cells []Cell, x int) int {
	if !d.dialect.HideCursor || !d.dialect.AmbiguousWidths {
		return x
	}
	first := x
	for at := x - 1; at >= max(0, x-maxExtent); at-- {
		if c := cells[at]; (c&cellCluster != 0 || c&cellRune >= 0xad) && d.isAmbiguous(c) && at+extentOf(d.b.clusterText(c)) > x {
			first = at
		}
	}
	return first
}

// clusterText returns the text of a cell of several code points, or nothing.
func (t *tables) clusterText(c Cell) string {
	if c&cellCluster == 0 {
		return ""
	}
	return t.clusters.list[c&cellRune]
}

// overlapsChange reports whether a character of doubtful width may reach into a cell that
// changes.
func (p *rowPainter) overlapsChange(x int) bool {
	c := p.new[x]
	if !p.dialect.HideCursor || c&cellCluster == 0 && c&cellRune < 0xad || !p.isAmbiguous(c) {
		return false
	}
	for at := x + 1; at < min(x+extentOf(p.b.clusterText(c)), len(p.new)); at++ {
		if !p.same(p.old[at], p.new[at]) {
			return true
		}
	}
	return false
}

// postpone prints blanks for the character at column x, whose width is in doubt, and
// returns the column behind it. The cells that it may reach into are printed next.
func (p *rowPainter) postpone(x int) int {
	c := p.new[x]
	width := 1
	if c.Wide() {
		width = 2
	}
	p.moveToColumn(x)
	p.setPen(p.renditionOf(p.b, c))
	p.out = append(p.out, "  "[:width]...)
	if p.x += width; p.enlarged && p.x == p.columns() && p.x < p.to.cols {
		p.certainty = lost
	}
	p.postponed = append(p.postponed, x)
	p.dirty = max(p.dirty, min(x+extentOf(p.b.clusterText(c)), p.columns()))
	return x + width
}

// paintPostponed prints what was postponed, the last first: of two that reach into
// each other the left one is seen whole.
func (p *rowPainter) paintPostponed() {
	for i := len(p.postponed) - 1; i >= 0; i-- {
		x := p.postponed[i]
		p.moveTo(x, p.row)
		p.print(p.new[x], 1)
	}
}
