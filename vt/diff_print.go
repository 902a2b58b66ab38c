package vt

import (
	"strings"
	"unicode/utf8"
)

// print prints a cell n times; more than once only what is of one code point
// and one column.
func (d *differ) print(c Cell, n int) {
	d.drawPen(c)
	width := 1
	if c.Wide() {
		width = 2
	}
	text := d.b.clusters.list[0]
	if c&cellCluster != 0 {
		text = d.b.clusters.list[c&cellRune]
	}
	switch {
	case d.isContested(c):
		d.printContested(c, text, width)
		return
	case text != "":
		d.printCluster(text, width)
	default:
		d.printRun(c, n)
	}
	d.x += width * n
	if d.enlarged && d.x == d.columns() && d.x < d.to.cols {
		d.place = lost
	}
}

// drawPen makes the reader's pen one that draws c as it looks.
func (d *differ) drawPen(c Cell) {
	if d.drew(c) {
		return
	}
	r := d.look(d.b, c)
	if d.drawsAs(c, r) {
		return
	}
	if c.Blank() && r == (Rendition{Bg: r.Bg}) {
		bare := d.pen
		bare.Bg, bare.Underline = r.Bg, UnderlineNone
		bare.Attrs &^= Inverse | Strike | Overline
		if bare.Bg == d.pen.Bg {
			r = bare
		}
	}
	d.setPen(r)
	if !c.Blank() {
		d.drawn, d.sure = c&cellStyle, true
	}
}

// draws says that the reader's pen draws c as it looks.
func (d *differ) draws(c Cell) bool { return d.drew(c) || d.drawsAs(c, d.look(d.b, c)) }

// drew says that the reader's pen has drawn a cell of c's style.
func (d *differ) drew(c Cell) bool { return d.sure && d.drawn == c&cellStyle }

// drawsAs says that the reader's pen draws c, which looks like want, as it
// looks.
func (d *differ) drawsAs(c Cell, want Rendition) bool {
	link := want.Link
	want.Link = 0
	pen := d.pen
	if c.Blank() {
		pen = blankRendition(pen)
	}
	if want != pen || d.b.links.list[link] != d.link {
		return false
	}
	if !c.Blank() {
		d.drawn, d.sure = c&cellStyle, true
	}
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
	switch {
	case n == len(text) && w == width:
		d.out = append(d.out, text...)
	case d.dialect.Clusters:
		d.mode(2027, true)
		d.out = append(d.out, text...)
		d.mode(2027, false)
	default:
		d.out = append(d.out, text[:n]...)
		d.out = append(d.out, "  "[min(w, width):width]...)
	}
}

// printContested prints a character that the reader may give another width.
// What it may reach into is printed after it, and at the right edge it must not
// wrap.
func (d *differ) printContested(c Cell, text string, width int) {
	extent := 2 * max(1, utf8.RuneCountInString(text))
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
	d.dirty = min(d.x+extent, d.columns())
	d.place = lost
}

// isContested says that the reader may give a cell of the screen to be shown
// another width.
func (d *differ) isContested(c Cell) bool {
	if !d.dialect.ContestedWidths || c&cellTail != 0 {
		return false
	}
	if c&cellCluster == 0 {
		return contested(rune(c & cellRune))
	}
	text := d.b.clusters.list[c&cellRune]
	n, _ := nextCharacter(text)
	return n < len(text) || strings.ContainsFunc(text, contested)
}
