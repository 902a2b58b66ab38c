package vt

// maxScrolls is how many scrolls one diff may have: a screen of several panes
// has about one for each.
const maxScrolls = 4

// gutter is how many columns at the left an editor may fill with line numbers,
// which stay while the text moves.
const gutter = 8

// scroll moves the rows in shown that are to be seen elsewhere, as far as it
// makes the diff shorter, and tells the reader to do the same.
func (d *differ) scroll(shown []*row) {
	if d.dialect.Basic || !d.worthScrolling(shown) {
		return
	}
	if !d.scrollByText(shown, 0) && d.to.cols > 2*gutter {
		d.scrollByText(shown, gutter)
	}
}

// scrollByText is scroll by the text from column left on. It says whether it did
// anything.
func (d *differ) scrollByText(shown []*row, left int) (done bool) {
	var scratch [2 * stackRows]uint64
	keys := scratch[:]
	if len(shown) > stackRows {
		keys = make([]uint64, 2*len(shown))
	}
	was, want := keys[:len(shown)], keys[len(shown):2*len(shown)]
	for y := range shown {
		was[y], want[y] = rowKey(shown[y], left), rowKey(d.to.rows[y], left)
	}
	for range maxScrolls {
		r := d.bestRegion(shown, longestRun(was, want))
		if r.by == 0 {
			break
		}
		d.emitScroll(r, len(shown))
		shift(shown[r.top:r.bottom], r.by)
		shift(was[r.top:r.bottom], r.by)
		done = true
	}
	return done
}

// worthScrolling says that at least two rows are not right yet, as far as
// pointers tell.
func (d *differ) worthScrolling(shown []*row) bool {
	n := 0
	for y, r := range shown {
		if r != d.to.rows[y] {
			n++
		}
	}
	return n >= 2
}

// rowKey hashes the text of a row from column left on (FNV-1a by cells). It is 0
// if there is none.
func rowKey(r *row, left int) (key uint64) {
	if r == nil {
		return 0
	}
	for x, c := range r.cells[left:] {
		if c.Blank() {
			continue
		}
		if c&cellCluster != 0 {
			c &^= cellRune // numbers differ from screen to screen
		}
		key = (key ^ uint64(c&(cellRune|cellCluster)) ^ uint64(x)<<32) * 0x100000001b3
	}
	return key
}

// run is n rows of text from top on which the reader has by rows further down.
type run struct{ top, n, by int }

// longestRun gives the run that makes most rows right which are not.
func longestRun(was, want []uint64) (best run) {
	most := 0
	for by := 1 - len(was); by < len(was); by++ {
		r, gain := run{by: by}, 0
		for y := max(0, -by); y < min(len(was), len(was)-by); y++ {
			if want[y] != was[y+by] {
				r.top, r.n, gain = y+1, 0, 0
				continue
			}
			if r.n == 0 {
				r.top = y
			}
			r.n++
			if want[y] != was[y] && want[y] != 0 {
				gain++
			}
			if gain > most {
				most, best = gain, r
			}
		}
	}
	return best
}

// region is the rows from top to before bottom, which move up by so many rows;
// down, if negative. By 0 is no scroll.
type region struct{ top, bottom, by int }

// bestRegion gives the region to scroll for a run: the least there is, or one
// that reaches the edges of the screen, which is said in fewer bytes. There is
// none if it does not pay.
func (d *differ) bestRegion(shown []*row, r run) (best region) {
	if r.n == 0 {
		return region{}
	}
	top, bottom, rows := min(r.top, r.top+r.by), r.top+r.n+max(r.by, 0), len(shown)
	var scratch [stackRows]int
	costs := scratch[:0]
	for y := range shown {
		costs = append(costs, d.distance(shown[y], d.to.rows[y]))
	}
	most := 0
	for _, s := range [...]region{
		{top, bottom, r.by}, {top, rows, r.by}, {0, bottom, r.by}, {0, rows, r.by},
	} {
		if gain := d.scrollGain(shown, costs, s); gain > most {
			most, best = gain, s
		}
	}
	return best
}

// scrollGain estimates the bytes that a scroll saves, where costs has what each
// row costs without.
func (d *differ) scrollGain(shown []*row, costs []int, s region) (gain int) {
	for y := s.top; y < s.bottom; y++ {
		var moved *row
		if from := y + s.by; from >= s.top && from < s.bottom {
			moved = shown[from]
		}
		gain += costs[y] - d.distance(moved, d.to.rows[y])
	}
	return gain - s.size(len(shown))
}

// distance estimates the bytes between two rows by counting the cells that
// differ.
func (d *differ) distance(old, new *row) (n int) {
	if old == new {
		return 0
	}
	seen := cellSeen
	if d.a != d.b {
		seen = cellRune // the other numbers are not comparable
	}
	cells := d.cellsOf(old)
	for x, c := range new.cells {
		if o := cells[x]; (o^c)&seen != 0 && (o|c)&seen != ' ' {
			n++
		}
	}
	return n
}

// size estimates the bytes of a scroll.
func (s region) size(rows int) int {
	switch {
	case s.top == 0 && s.bottom == rows:
		return 4
	case s.bottom == rows:
		return 8
	}
	return 18
}

// emitScroll appends SU or SD, or IL or DL where that spares a DECSTBM. The
// margins are the whole screen again after it.
func (d *differ) emitScroll(s region, rows int) {
	d.erasePen(0)
	pan := !d.dialect.NoPan
	margins := s.bottom != rows
	if margins {
		d.margins(s.top+1, s.bottom)
	}
	if pan && (margins || s.top == 0) {
		d.invalidateWrap()
		d.moveLines(s.by, 'S', 'T')
	} else {
		d.moveTo(0, s.top)
		d.moveLines(s.by, 'M', 'L')
	}
	if margins {
		d.out = append(d.out, "\x1b[r"...)
		d.certainty = lost
	}
}

// margins appends DECSTBM. Where the cursor is after it is not relied upon.
func (d *differ) margins(top, bottom int) {
	d.out = append(d.out, "\x1b["...)
	d.out = appendInt(d.out, top)
	d.out = append(d.out, ';')
	d.out = appendInt(d.out, bottom)
	d.out = append(d.out, 'r')
	d.certainty = lost
}

// moveLines appends the sequence that moves lines up or the one that moves them
// down.
func (d *differ) moveLines(by int, up, down byte) {
	s := step{first: omitOne(by), final: up}
	if by < 0 {
		s = step{first: omitOne(-by), final: down}
	}
	d.out = s.append(d.out)
}

// shift moves the elements of s to the front, or to the back if by is negative.
// What is left free is zero.
func shift[T any](s []T, by int) {
	if by > 0 {
		copy(s, s[by:])
		clear(s[len(s)-by:])
		return
	}
	copy(s[-by:], s)
	clear(s[:-by])
}
