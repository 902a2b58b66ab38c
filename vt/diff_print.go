package vt

import (
	"strings"
	"unicode/utf8"

	"gm/vt/cellwidth"
	"gm/vt/picture"
)

// print prints a cell n times. If n is more than 1, the cell must hold one code point
// of one column.
func (d *differ) print(c Cell, n int) {
	if d.b.isPicture(c) {
		d.printPicture(c)
		return
	}
	d.setPenFor(c)
	width := 1
	if c.Wide() {
		width = 2
	}
	text := ""
	if c&cellCluster != 0 {
		text = d.b.clusters.list[c&cellRune]
	} else if r := rune(c & cellRune); cellwidth.Varies(r) && cellwidth.Of(r) != width {
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

// printPicture prints a cell of a picture. One that continues the cell to the left needs no
// marks.
func (d *differ) printPicture(c Cell) {
	r := d.b.rendition(c)
	if d.dialect.PictureIDs != 0 { // the color of an underline would be the id of a placement
		r = Rendition{Fg: colorRGB | Color(pictureNumber(r.Fg)), Bg: r.Bg}
	}
	switch {
	case !d.dialect.Pictures:
		r.Fg, r.UnderlineColor = 0, 0
		d.setPen(d.dialect.rendition(r))
		d.out = append(d.out, ' ')
	case d.continuesPicture(c):
		d.setPen(r)
		d.out = utf8.AppendRune(d.out, picture.Placeholder)
	default:
		d.setPen(r)
		d.out = d.b.appendText(d.out, c)
		if d.dialect.PictureIDs != 0 {
			d.out = picture.AppendMark(d.out, int(d.dialect.PictureIDs))
		}
	}
	d.x++
	if d.enlarged && d.x == d.columns() && d.x < d.to.cols {
		d.certainty = lost
	}
}

// continuesPicture reports whether the cell left of the cursor is of the same picture, and c
// the next one there.
func (d *differ) continuesPicture(c Cell) bool {
	if d.x == 0 {
		return false
	}
	left := d.to.rows[d.y].cells[d.x-1]
	a, ok := d.b.pictureCell(left)
	b, _ := d.b.pictureCell(c)
	return ok && (left^c)&cellRendition == 0 && a.Row == b.Row && a.Column+1 == b.Column
}

// setPenFor sets the receiver's pen to the rendition of c. Blanks have one too: a block
// cursor shows it, and so does copied text.
func (d *differ) setPenFor(c Cell) {
	if !d.penDraws(c) {
		d.setPen(d.renditionOf(d.b, c))
		d.drawn, d.drawnValid = c&cellRendition, true
	}
}

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

// printCluster prints a character of several code points. If the receiver would not lay
// it out in width columns by itself, it is sent with an explicit width (OSC 66) or
// within mode 2027. A receiver with neither gets the part that it keeps in the first
// cell.
func (d *differ) printCluster(text string, width int) {
	n, w := nextCharacter(text)
	columns, sure := d.dialect.Widths.Columns(text)
	switch {
	case sure && (columns == width || d.x+columns > d.columns()), !sure && n == len(text) && w == width:
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
		if !d.dialect.HideCursor { // postpone has printed the blanks otherwise
			d.out = append(d.out, "  "[min(w, width):width]...)
		}
	}
}

// printAmbiguous prints a character that may have another width in the receiver.
// Autowrap is off if the character might reach beyond the right edge. For a peer, the
// cells that the character may overlap are printed again after it.
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

// extentOf returns the largest number of columns that a character may occupy. text is
// empty for a single code point.
func extentOf(text string) int { return 2 * max(1, utf8.RuneCountInString(text)) }

func (d *differ) isAmbiguous(c Cell) bool { return d.isAmbiguousIn(d.b, c) }

func (d *differ) isAmbiguousIn(t *tables, c Cell) bool {
	if !d.dialect.AmbiguousWidths || c&cellTail != 0 {
		return false
	}
	text := ""
	if c&cellCluster == 0 {
		if !cellwidth.Ambiguous(rune(c & cellRune)) {
			return false
		}
	} else {
		text = t.clusters.list[c&cellRune]
		if picture.IsCell(text) {
			return false
		}
		if n, _ := nextCharacter(text); n == len(text) && !strings.ContainsFunc(text, cellwidth.Ambiguous) {
			return false
		}
	}
	return !layoutAgrees(d.dialect.Widths, t, c, text)
}

// layoutAgrees reports whether a terminal of layout w is known to lay out a cell in the
// columns that the cell has here.
func layoutAgrees(w cellwidth.Layout, t *tables, c Cell, text string) bool {
	if w == 0 {
		return false
	}
	if text == "" {
		text = string(rune(c & cellRune))
	}
	n, sure := w.Columns(text)
	return sure && (n == 2) == c.Wide() && n > 0
}

// Some characters may be wider or narrower in the user's terminal than here, and a
// terminal erases a character of which one half is overwritten. So a character of
// ambiguous width is printed after the cells around it, and stays whole whatever its
// width.

// maxExtent is the largest value of extentOf.
const maxExtent = 2 * maxCluster

// firstOverlapping returns the first column whose character may reach column x, where
// the changes of a row begin. It is x if there is none.
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

func (t *tables) clusterText(c Cell) string {
	if c&cellCluster == 0 {
		return ""
	}
	return t.clusters.list[c&cellRune]
}

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

// postpone prints blanks for the character of ambiguous width at column x and returns
// the column after it. The cells that the character may overlap are marked dirty.
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

// paintPostponed prints the postponed characters from right to left. If two overlap,
// the left one stays whole.
func (p *rowPainter) paintPostponed() {
	for i := len(p.postponed) - 1; i >= 0; i-- {
		x := p.postponed[i]
		p.moveTo(x, p.row)
		p.print(p.new[x], 1)
	}
}
