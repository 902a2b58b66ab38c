package vt

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
		if d.startAlike(old[first:], new[first+n:]) && d.shiftGain(old, new, first, n) > minShiftGain {
			return n
		}
		if d.startAlike(old[first+n:], new[first:]) && d.shiftGain(old, new, first, -n) > minShiftGain {
			return -n
		}
	}
	return 0
}

// startAlike is a quick look at the first cells.
func (d *differ) startAlike(old, new []Cell) bool {
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
