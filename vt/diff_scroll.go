package vt

// maxScrolls is the largest number of scrolls in one diff. A screen of several panes
// has about one for each.
const maxScrolls = 4

// gutter is the number of columns at the left that an editor may fill with line
// numbers, which stay while the text moves.
const gutter = 8

func (d *differ) scroll(shown []*row) {
	if d.dialect.Basic || d.dialect.Scrollback || !d.worthScrolling(shown) {
		return
	}
	if !d.scrollByText(shown, 0) && d.to.cols > 2*gutter {
		d.scrollByText(shown, gutter)
	}
}

// scrollByText scrolls regions in which the text from column left on has moved, while
// that saves bytes. It reports whether it scrolled any.
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

func (d *differ) worthScrolling(shown []*row) bool {
	n := 0
	for y, r := range shown {
		if r != d.to.rows[y] {
			n++
		}
	}
	return n >= 2
}

// rowKey returns a hash (FNV-1a by cells) of the text of a row from column left on. It
// is 0 for a blank text.
func rowKey(r *row, left int) (key uint64) {
	if r == nil {
		return 0
	}
	for x, c := range r.cells[left:] {
		if c.Blank() {
			continue
		}
		if c&cellCluster != 0 {
			c &^= cellRune // the number of a cluster differs from screen to screen
		}
		key = (key ^ uint64(c&(cellRune|cellCluster)) ^ uint64(x)<<32) * 0x100000001b3
	}
	return key
}

// run is n rows of text from row top on, which the receiver shows by rows further down.
type run struct{ top, n, by int }

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

// region is the rows from top up to but not including bottom, which scroll up by so
// many rows, or down if by is negative. It is no scroll if by is 0.
type region struct{ top, bottom, by int }

// bestRegion returns the region to scroll for a run: the smallest one, or one that
// extends to an edge of the screen, which takes fewer bytes. It is zero if no scroll
// saves bytes.
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

// scrollGain estimates the bytes that a scroll saves. costs[y] is the distance of row y
// without the scroll.
func (d *differ) scrollGain(shown []*row, costs []int, s region) (gain int) {
	for y := s.top; y < s.bottom; y++ {
		var moved *row
		if from := y + s.by; from >= s.top && from < s.bottom {
			moved = shown[from]
		}
		gain += costs[y] - d.distance(moved, d.to.rows[y])
	}
	return gain - s.cost(len(shown))
}

// distance estimates the bytes between two rows as the number of cells that differ.
func (d *differ) distance(old, new *row) (n int) {
	if old == new {
		return 0
	}
	seen := cellVisible
	if d.a != d.b {
		seen = cellRune // numbers of styles differ from screen to screen
	}
	cells := d.cellsOf(old)
	for x, c := range new.cells {
		if o := cells[x]; (o^c)&seen != 0 && (o|c)&seen != ' ' {
			n++
		}
	}
	return n
}

func (s region) cost(rows int) int {
	switch {
	case s.top == 0 && s.bottom == rows:
		return 4
	case s.bottom == rows:
		return 8
	}
	return 18
}

// emitScroll appends SU or SD, or IL or DL if that avoids DECSTBM. It resets the
// margins afterwards.
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

// margins appends DECSTBM. The cursor's position is lost: terminals differ on it.
func (d *differ) margins(top, bottom int) {
	d.out = append(d.out, "\x1b["...)
	d.out = appendInt(d.out, top)
	d.out = append(d.out, ';')
	d.out = appendInt(d.out, bottom)
	d.out = append(d.out, 'r')
	d.certainty = lost
}

func (d *differ) moveLines(by int, up, down byte) {
	s := step{first: omitDefault(by), final: up}
	if by < 0 {
		s = step{first: omitDefault(-by), final: down}
	}
	d.out = s.append(d.out)
}

// shift moves the elements of s to the front, or to the back if by is negative, and
// zeroes the vacated ones.
func shift[T any](s []T, by int) {
	if by > 0 {
		copy(s, s[by:])
		clear(s[len(s)-by:])
		return
	}
	copy(s[-by:], s)
	clear(s[:-by])
}
