package vt

import "unicode/utf8"

func (d *differ) paintRow(shown []*row, y int) {
	r, old := d.to.rows[y], d.cellsOf(shown[y])
	first, last := d.span(shown[y], r)
	entering := d.entersByWrap(y)
	if entering {
		first, last = 0, max(last, 0)
	}
	unerased := y == 0 && d.unerased
	if unerased {
		first, last = 0, r.columns()-1
	}
	leaving := d.leavesByWrap(shown, y, first <= last)
	gap := leaving && r.cells[d.to.cols-1] == 0 // the wide character after it wraps
	if gap {
		defer d.moveIntoGap(y)
		leaving = false
	}
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
	} else if !leaving && !unerased {
		var scratch [maxShiftCols]Cell
		p.old, p.last = p.shift(scratch[:0], first)
	}
	d.dirty, d.postponed = 0, d.postponed[:0]
	if unerased {
		d.dirty = r.columns()
	}
	p.paint(first, entering)
	p.paintPostponed()
}

// span returns the first and the last column where the rows differ, or d.to.cols and -1
// if the rows are equal.
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

var blankCells [MaxCols]Cell

func (d *differ) cellsOf(r *row) []Cell {
	if r == nil {
		return blankCells[:d.to.cols]
	}
	return r.cells
}

// entersByWrap reports whether row y continues a line and the next character printed
// wraps into it. The receiver then knows that the two rows are one line.
func (d *differ) entersByWrap(y int) bool {
	return y > 0 && d.certainty == known && d.x == d.to.cols && d.y == y-1 &&
		d.to.rows[y-1].continues(d.to.rows[y].cells) && !d.isAmbiguous(d.to.rows[y].cells[0])
}

// moveIntoGap moves the cursor to the last column of row y, which is blank. The next
// character is too wide for it and wraps.
func (d *differ) moveIntoGap(y int) {
	d.moveTo(d.to.cols-1, y)
	d.x = d.to.cols
}

// leavesByWrap reports whether the last cell of row y is printed, changed or not, so
// that the line wraps in the receiver. This is so if the receiver may not have seen the
// line wrap and the extra bytes are few, because this row or the start of the next one
// is painted anyway.
func (d *differ) leavesByWrap(shown []*row, y int, painted bool) bool {
	r, last := d.to.rows[y], d.to.cols-1
	end := r.cells[last]
	if y+1 == len(shown) || r.attribute != SingleWidth || !r.continues(d.to.rows[y+1].cells) || d.isAmbiguous(end) {
		return false
	}
	if end.Blank() && d.dialect.AmbiguousWidths && !d.dialect.Scrollback { // a stock client may not wrap there
		return false
	}
	changed := !d.same(d.cellsOf(shown[y])[last], end)
	parted := painted && d.dialect.Scrollback // in foot, by any character printed in the row
	if !changed && !parted && shown[y] != nil && shown[y].wrapped {
		return false
	}
	if d.dialect.Scrollback {
		return true
	}
	next := d.to.rows[y+1]
	return painted && changed ||
		shown[y+1] != next && !d.same(d.cellsOf(shown[y+1])[0], next.cells[0])
}

// blankTail returns the column from which EL clears the rest of the row correctly, or
// the number of columns if there is none.
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

func (d *differ) erasable(c Cell) bool {
	if !c.Blank() || c.Wide() {
		return false
	}
	r := d.renditionOf(d.b, c)
	return r == Rendition{Bg: r.Bg} && (r.Bg.IsDefault() || !d.dialect.NoBCE)
}

func (d *differ) sameBlank(c, b Cell) bool {
	return c.Blank() && ((c^b)&cellRendition == 0 || d.renditionOf(d.b, c) == d.renditionOf(d.b, b))
}

type rowPainter struct {
	*differ
	row      int
	old, new []Cell
	last     int  // last column to paint
	tail     int  // EL clears the row from this column on
	leaving  bool // the last column is printed, changed or not
}

// paint paints the row from column x on. If all is set, the first cell is printed even
// if it has not changed.
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
			if p.isAmbiguousIn(p.a, p.old[x]) { // it may have covered more columns
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

func (p *rowPainter) moveToColumn(x int) {
	if p.certainty == known && p.y == p.row && (p.bridge(p.new, x) || p.bridgeWithPen(x)) {
		return
	}
	p.moveTo(x, p.row)
}

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

// bridge moves the cursor up to 3 columns to the right by printing the characters that
// are there, and reports whether it did. It needs ASCII in the rendition of the
// receiver's pen.
func (d *differ) bridge(cells []Cell, x int) bool {
	if x <= d.x || x > d.x+3 || x >= d.columns() || !d.plainASCII(cells[d.x:x]) {
		return false
	}
	for _, c := range cells[d.x:x] {
		d.out = append(d.out, byte(max(c&cellRune, ' ')))
	}
	d.x = x
	return true
}

func (c Cell) oneByte() bool {
	return c&(cellCluster|cellWide|cellTail) == 0 && c&cellRune < utf8.RuneSelf
}

func (d *differ) plainASCII(cells []Cell) bool {
	for _, c := range cells {
		if !c.oneByte() || !d.penDraws(c) {
			return false
		}
	}
	return true
}

func (p *rowPainter) blankRun(x int) (next int) {
	c := p.new[x]
	end, until := x, x+1 // the run ends before end, its last cell to paint before until
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
	case x >= p.tail && erase && p.continuesAbove(): // EL parts it in some terminals (kitty)
		p.erasePen(p.renditionOf(p.b, c).Bg)
		p.csi(len(p.new)-x, "X")
		return len(p.new)
	case x >= p.tail && erasable && (n > 3 || p.dialect.Scrollback): // whose terminal keeps blanks in its lines
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

// continuesAbove reports whether the row continues a line that a terminal with scrollback
// must not part.
func (p *rowPainter) continuesAbove() bool {
	switch {
	case !p.dialect.Scrollback:
		return false
	case p.row == 0:
		return p.to.continuing
	}
	return p.to.rows[p.row-1].continues(p.new)
}

func (p *rowPainter) textRun(x int) (next int) {
	c := p.new[x]
	if c.Wide() || c&cellCluster != 0 {
		p.print(c, 1)
		if c.Wide() {
			return x + 2
		}
		return x + 1
	}
	end, until := x+1, x+1
	for ; end < len(p.new) && (p.new[end]^c)&cellVisible == 0; end++ {
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

// Limits of the search for text that moved along its row, as it does when text is typed
// in the middle of a line.
const (
	maxShift     = 8   // columns the text moves by
	maxShiftCols = 256 // width of the screen
	minShiftGain = 8   // bytes saved
)

// shift moves the rest of the row from column first on, by ICH or DCH, if that saves
// bytes. It returns the cells that the receiver shows afterwards (in scratch if they
// moved) and the last column to paint.
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
	s := step{first: omitDefault(n), final: '@'}
	if n < 0 {
		s = step{first: omitDefault(-n), final: 'P'}
	}
	p.out = s.append(p.out)
	shown = append(scratch, p.old...)
	shift(shown[first:], -n)
	return shown, len(p.new) - 1
}

// findShift returns the number of columns that the rest of the row moved to the right
// from column first on: negative for a move to the left, 0 for none.
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

func (d *differ) sameStart(old, new []Cell) bool {
	return d.same(old[0], new[0]) && d.same(old[1], new[1]) && d.same(old[2], new[2])
}

// shiftGain estimates the bytes that a shift saves. A shift that would split a wide
// character saves none: some receivers do not blank the other half.
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
