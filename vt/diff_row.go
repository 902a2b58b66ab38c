package vt

import (
	"unicode/utf8"
)

// paintRow makes row y right.
func (d *differ) paintRow(shown []*row, y int) {
	r, old := d.to.rows[y], d.cellsOf(shown[y])
	first, last := d.span(shown[y], r)
	entering := d.entersByWrap(y)
	if entering {
		first, last = 0, max(last, 0)
	}
	leaving := d.leavesByWrap(shown, y, first <= last)
	if leaving {
		first, last = min(first, d.to.cols-1), d.to.cols-1
	}
	if first > last {
		return
	}
	first = d.firstOverlapping(r.cells, first)
	p := rowPainter{d, y, old, r.cells, last, d.blankTail(r.cells), leaving}
	if leaving {
		p.tail = d.to.cols
	}
	if entering {
		d.x, d.y = 0, y
	} else if !leaving {
		var scratch [maxShiftCols]Cell
		p.old, p.last = p.shift(scratch[:0], first)
	}
	d.dirty, d.postponed = 0, d.postponed[:0]
	p.paint(first, entering)
	p.paintPostponed()
}

// span gives the first and the last column where the rows differ; first is the
// number of columns if there is none.
func (d *differ) span(old, new *row) (first, last int) {
	if old == new {
		return d.to.cols, -1
	}
	was := d.cellsOf(old)
	for first < d.to.cols && d.same(was[first], new.cells[first]) {
		first++
	}
	last = d.to.cols - 1
	for last > first && d.same(was[last], new.cells[last]) {
		last--
	}
	if first == d.to.cols {
		last = -1
	}
	return first, last
}

// blankCells are the cells of a blank row.
var blankCells [MaxCols]Cell

// cellsOf gives the cells of a row; nil is a blank one.
func (d *differ) cellsOf(r *row) []Cell {
	if r == nil {
		return blankCells[:d.to.cols]
	}
	return r.cells
}

// entersByWrap says that the next character printed goes to the start of row y by
// autowrap, and shall: then the reader knows of one line in two rows.
func (d *differ) entersByWrap(y int) bool {
	return y > 0 && d.certainty == known && d.x == d.to.cols && d.y == y-1 &&
		d.to.rows[y-1].wrapped && !d.isAmbiguous(d.to.rows[y].cells[0])
}

// leavesByWrap says that the last cell of row y is to be printed for the line to
// wrap there: that the reader may not have seen it wrap, and that it is cheap,
// because this row or the start of the next is painted anyway.
func (d *differ) leavesByWrap(shown []*row, y int, painted bool) bool {
	r, last := d.to.rows[y], d.to.cols-1
	end := r.cells[last]
	if !r.wrapped || y+1 == len(shown) || end.Blank() || d.isAmbiguous(end) {
		return false
	}
	changed := !d.same(d.cellsOf(shown[y])[last], end)
	if !changed && shown[y] != nil && shown[y].wrapped {
		return false
	}
	next := d.to.rows[y+1]
	return painted && changed ||
		shown[y+1] != next && !d.same(d.cellsOf(shown[y+1])[0], next.cells[0])
}

// blankTail gives the column from which on EL makes the row right.
func (d *differ) blankTail(cells []Cell) int {
	end := cells[len(cells)-1]
	if !d.erasable(end) {
		return len(cells)
	}
	x := len(cells) - 1
	for x > 0 && d.sameBlank(cells[x-1], end) {
		x--
	}
	return x
}

// erasable says that erasing leaves what c looks like.
func (d *differ) erasable(c Cell) bool {
	if !c.Blank() || c.Wide() {
		return false
	}
	r := d.renditionOf(d.b, c)
	return r == Rendition{Bg: r.Bg} && (r.Bg.IsDefault() || !d.dialect.NoBCE)
}

// sameBlank says that c is a blank that looks like the blank b; both are of the
// screen to be shown.
func (d *differ) sameBlank(c, b Cell) bool {
	return c.Blank() && ((c^b)&cellRendition == 0 || d.renditionOf(d.b, c) == d.renditionOf(d.b, b))
}

// rowPainter paints one row.
type rowPainter struct {
	*differ
	row      int
	old, new []Cell
	last     int  // the last column to paint
	tail     int  // from here on EL does
	leaving  bool // the last column is printed, changed or not
}

// paint goes from column x to the last; all says that the first cell is printed
// even if it has not changed.
func (p *rowPainter) paint(x int, all bool) {
	for ; x <= max(p.last, p.dirty-1) && x < len(p.new); all = false {
		if !all && !p.needsPaint(x) {
			x++
			continue
		}
		if p.new[x].Tail() && x > 0 {
			x--
		}
		if p.dialect.HideCursor && !all {
			if p.isAmbiguousIn(p.a, p.old[x]) { // it may have covered more
				p.dirty = max(p.dirty, x+extentOf(p.a.clusterText(p.old[x])))
			}
			if p.isAmbiguous(p.new[x]) {
				x = p.postpone(x)
				continue
			}
		}
		p.moveToColumn(x)
		switch c := p.new[x]; {
		case all && c.Blank():
			p.print(c, 1)
			x++
		case c.Blank():
			x = p.blankRun(x)
		default:
			x = p.textRun(x)
		}
	}
}

func (p *rowPainter) needsPaint(x int) bool {
	return x < p.dirty || !p.same(p.old[x], p.new[x]) || p.leaving && x == len(p.new)-1 || p.overlapsChange(x)
}

// moveToColumn takes the cursor to column x.
func (p *rowPainter) moveToColumn(x int) {
	if p.certainty == known && p.y == p.row && (p.bridge(p.new, x) || p.bridgeWithPen(x)) {
		return
	}
	p.moveTo(x, p.row)
}

// bridgeWithPen is bridge with the pen of the cell at column x, which is to be
// printed, set first.
func (p *rowPainter) bridgeWithPen(x int) bool {
	if x <= p.x || x > p.x+3 || x >= p.columns() || p.new[x].Blank() {
		return false
	}
	want := p.renditionOf(p.b, p.new[x])
	for _, c := range p.new[p.x:x] {
		if !c.oneByte() || p.renditionOf(p.b, c) != want {
			return false
		}
	}
	p.setPenFor(p.new[x])
	return p.bridge(p.new, x)
}

// bridge takes the cursor up to 3 columns to the right by printing what is
// there, in cells, if that is shorter than a move.
func (d *differ) bridge(cells []Cell, x int) bool {
	if x <= d.x || x > d.x+3 || x >= d.columns() || !d.plain(cells[d.x:x]) {
		return false
	}
	for _, c := range cells[d.x:x] {
		d.out = append(d.out, byte(max(c&cellRune, ' ')))
	}
	d.x = x
	return true
}

// oneByte reports whether the cell's text is one byte, a blank's included.
func (c Cell) oneByte() bool {
	return c&(cellCluster|cellWide|cellTail) == 0 && c&cellRune < utf8.RuneSelf
}

// plain reports whether the cells are ASCII and drawn by the receiver's pen.
func (d *differ) plain(cells []Cell) bool {
	for _, c := range cells {
		if !c.oneByte() || !d.penDraws(c) {
			return false
		}
	}
	return true
}

// blankRun paints the blanks that begin at column x. It gives the column where
// painting goes on.
func (p *rowPainter) blankRun(x int) int {
	c := p.new[x]
	end, until := x, x+1 // the run ends at end, and what is wanted of it at until
	for ; end < len(p.new) && p.sameBlank(p.new[end], c); end++ {
		if p.needsPaint(end) {
			until = end + 1
		}
	}
	n := until - x
	erasable := p.erasable(c)
	if start := len(p.out); erasable && (n > 3 || end == len(p.new)) {
		defer func() { p.erased += len(p.out) - start }()
	}
	erase := erasable && !p.dialect.Basic
	switch {
	case x >= p.tail && n > 3 && erasable:
		p.erasePen(p.renditionOf(p.b, c).Bg)
		p.out = append(p.out, "\x1b[K"...)
		return len(p.new)
	case erase && n > 4 && (n > 8 && !p.dialect.Repeat || until > p.last && !p.leaving):
		p.erasePen(p.renditionOf(p.b, c).Bg)
		p.csi(n, "X")
		return until
	}
	p.print(c, n)
	return until
}

// textRun paints the character at column x, and those after it that are the same.
func (p *rowPainter) textRun(x int) int {
	c := p.new[x]
	if c.Wide() || c&cellCluster != 0 {
		p.print(c, 1)
		if c.Wide() {
			return x + 2
		}
		return x + 1
	}
	end, until := x+1, x+1
	for ; end < len(p.new) && (p.new[end]^c)&cellSeen == 0; end++ {
		if p.needsPaint(end) {
			until = end + 1
		}
	}
	if !p.dialect.Repeat || p.isAmbiguous(c) {
		until = x + 1
	}
	p.print(c, until-x)
	return until
}

// Limits of looking for text that moved along its row, as it does when someone
// types in the middle of a line.
const (
	maxShift     = 8   // columns that it moved by
	maxShiftCols = 256 // columns of the screen
	minShiftGain = 8   // bytes to spare
)

// shift moves the rest of the row by ICH or DCH, from column first on, if that
// makes it right in fewer bytes. It gives the cells that the reader shows then,
// in scratch if they moved, and the last column to paint.
func (p *rowPainter) shift(scratch []Cell, first int) (shown []Cell, last int) {
	if p.dialect.Basic || p.to.rows[p.row].attribute != SingleWidth || p.last-first < minShiftGain || len(p.new) > cap(scratch) {
		return p.old, p.last
	}
	n := p.findShift(p.old, p.new, first, p.last)
	if n == 0 {
		return p.old, p.last
	}
	p.moveTo(first, p.row)
	p.erasePen(0)
	s := step{first: omitOne(n), final: '@'}
	if n < 0 {
		s = step{first: omitOne(-n), final: 'P'}
	}
	p.out = s.append(p.out)
	shown = append(scratch, p.old...)
	shift(shown[first:], -n)
	return shown, len(p.new) - 1
}

// findShift gives how far to the right the rest of the row moved from column
// first on: negative to the left, 0 for not at all.
func (d *differ) findShift(old, new []Cell, first, last int) int {
	for n := 1; n <= maxShift && first+n+2 < last; n++ {
		if d.sameStart(old[first:], new[first+n:]) && d.shiftGain(old, new, first, n) > minShiftGain {
			return n
		}
		if d.sameStart(old[first+n:], new[first:]) && d.shiftGain(old, new, first, -n) > minShiftGain {
			return -n
		}
	}
	return 0
}

// sameStart is a quick renditionOf at the first cells.
func (d *differ) sameStart(old, new []Cell) bool {
	return d.same(old[0], new[0]) && d.same(old[1], new[1]) && d.same(old[2], new[2])
}

// shiftGain estimates the bytes that a shift saves. One that would cut a wide
// character saves nothing: not every reader blanks the other half.
func (d *differ) shiftGain(old, new []Cell, first, n int) (gain int) {
	end := len(new)
	if old[first].Tail() || n > 0 && old[end-n].Tail() || n < 0 && old[first-n].Tail() {
		return 0
	}
	for x := first; x < end; x++ {
		var moved Cell
		if from := x - n; from >= first && from < end {
			moved = old[from]
		}
		if !d.same(old[x], new[x]) {
			gain++
		}
		if !d.same(moved, new[x]) {
			gain--
		}
	}
	return gain
}
