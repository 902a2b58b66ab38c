package vt

// A person's terminal may give some characters more columns than they have here,
// or fewer, and a terminal takes away the whole of a character of which one half is
// overwritten. So where the width is in doubt, the cells around such a character are
// printed first and it is printed last: it is seen whole, whatever its width.

// maxExtent is how many columns to the right a character may reach.
const maxExtent = 2 * maxCluster

// reachingInto returns the first column from which on a row must be looked at whose
// cells change from column x on.
func (d *differ) reachingInto(cells []Cell, x int) int {
	if !d.dialect.HideCursor || !d.dialect.ContestedWidths {
		return x
	}
	first := x
	for at := x - 1; at >= max(0, x-maxExtent); at-- {
		if c := cells[at]; (c&cellCluster != 0 || c&cellRune >= 0xad) && d.isContested(c) && at+extentOf(d.b.clusterText(c)) > x {
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

// disturbed reports whether a character of doubtful width may reach into a cell that
// changes.
func (p *rowPainter) disturbed(x int) bool {
	c := p.new[x]
	if !p.dialect.HideCursor || c&cellCluster == 0 && c&cellRune < 0xad || !p.isContested(c) {
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
	p.reach(x)
	p.setPen(p.look(p.b, c))
	p.out = append(p.out, "  "[:width]...)
	if p.x += width; p.enlarged && p.x == p.columns() && p.x < p.to.cols {
		p.place = lost
	}
	p.doubtful = append(p.doubtful, x)
	p.dirty = max(p.dirty, min(x+extentOf(p.b.clusterText(c)), p.columns()))
	return x + width
}

// paintDoubtful prints what was postponed, the last first: of two that reach into
// each other the left one is seen whole.
func (p *rowPainter) paintDoubtful() {
	for i := len(p.doubtful) - 1; i >= 0; i-- {
		x := p.doubtful[i]
		p.moveTo(x, p.row)
		p.print(p.new[x], 1)
	}
}
