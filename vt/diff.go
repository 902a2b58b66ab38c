package vt

import "slices"

// AppendDiff appends the bytes that change a terminal showing from into one showing to,
// in the dialect d. It appends nothing if the screens are equal in d. The bytes never
// make a terminal reply.
//
// If the sizes differ, the receiver must have been resized already (see Resized): a
// peer learns the new size before the diff.
func AppendDiff(dst []byte, from, to *Screen, d Dialect) []byte {
	if from == to {
		return dst
	}
	if from.cols != to.cols || len(from.rows) != len(to.rows) {
		from = from.reshaped(to.cols, len(to.rows))
	}
	w := newDiffer(dst, from, to, d)
	w.appendState(from)
	w.paint(from.rows)
	w.events(from)
	w.finish(from.Cursor)
	return w.out
}

// differ writes one diff and tracks the receiver's state while it is written.
type differ struct {
	cellComparer // a has the tables of the receiver's screen, b those of to
	out          []byte
	to           *Screen

	paintState
	dirty int // columns left of this one are printed even if they have not changed
	// unerased reports that row 0 may show anything, unlike the rows that shown is for.
	unerased bool
	// postponed holds the columns of the current row that are printed last.
	postponed []int
	// enlarged reports whether either screen has rows of double width.
	enlarged bool
}

// paintState is the part of the receiver's state that changes while cells are painted.
type paintState struct {
	x, y       int // x is cols after the last column was printed: a pending wrap
	certainty  cursorCertainty
	pen        Rendition
	link       Link // the hyperlink of the pen; pen.Link is always 0
	hidden     bool // the cursor is hidden (DECTCEM)
	drawn      Cell // a style that the pen matches,
	drawnValid bool // if this is set
	erased     int  // bytes spent on blanking longer runs
}

// cursorCertainty describes what is known about the receiver's cursor.
type cursorCertainty uint8

const (
	known       cursorCertainty = iota // at (x, y)
	wrapUnknown                        // at (x, y), and a wrap may be pending
	lost                               // anywhere
)

func newDiffer(dst []byte, from, to *Screen, d Dialect) differ {
	w := differ{cellComparer: newCellComparer(from, to, d), out: dst, to: to}
	w.x, w.y = from.Cursor.X, from.Cursor.Y
	w.enlarged = d.LineAttributes && (from.hasLineAttributes || to.hasLineAttributes)
	if w.x >= to.cols-1 || w.enlarged || from.Cursor.PendingWrap { // CBT keeps a pending wrap
		w.certainty = wrapUnknown
	}
	w.pen = d.rendition(from.Pen)
	w.link = from.tables.links.list[w.pen.Link]
	w.pen.Link = 0
	w.hidden = from.Cursor.Hidden
	return w
}

// stackRows is the largest height for which a diff allocates no scratch memory.
const stackRows = 128

// minErased is the number of bytes a diff must spend on blanks before a repaint from a
// cleared screen is tried.
const minErased = 12

// paint updates the cells. If most of the screen changes, it compares the diff with a
// repaint from a cleared screen and keeps the shorter one. A user's terminal
// (HideCursor) is never cleared, because that flickers.
func (d *differ) paint(rows []*row) {
	var scratch [stackRows]*row
	shown := append(scratch[:0], rows...)
	start, before := len(d.out), d.paintState
	d.scroll(shown)
	d.paintRows(shown)
	end, after := len(d.out), d.paintState
	if d.dialect.HideCursor || d.erased < minErased || end-start <= d.to.inked() {
		return
	}
	d.paintState = before
	clear(shown)
	d.erasePen(0)
	d.out = append(d.out, "\x1b[2J"...)
	d.invalidateWrap()
	d.paintRows(shown)
	if n := len(d.out) - end; n < end-start {
		copy(d.out[start:], d.out[end:])
		d.out = d.out[:start+n]
		return
	}
	d.out, d.paintState = d.out[:end], after
}

func (s *Screen) inked() (n int) {
	for _, r := range s.rows {
		for _, c := range r.cells {
			if !c.Blank() {
				n++
			}
		}
	}
	return n
}

func (d *differ) paintRows(shown []*row) {
	if d.enlarged {
		d.lineAttributes(shown)
	}
	if d.dialect.Scrollback {
		shown = d.partLines(shown)
	}
	bottom := len(shown)
	if d.changedRows(shown) > 1 {
		bottom = d.blankBottom(shown)
	}
	for y := range shown {
		if y == bottom {
			d.moveTo(0, y)
			d.erasePen(d.renditionOf(d.b, d.to.rows[y].cells[0]).Bg)
			d.out = append(d.out, "\x1b[J"...)
			return
		}
		if shown[y] != d.to.rows[y] || d.dialect.Scrollback && d.entersByWrap(y) {
			d.paintRow(shown, y)
		}
	}
}

// partLines erases the rows whose line went on in the next row and does not any more: tmux
// notices that only if all of a row is erased. It returns the rows that are shown then.
func (d *differ) partLines(shown []*row) []*row {
	parted := shown
	for y, r := range shown {
		if r == nil || !r.wrapped || y+1 < len(shown) && d.to.rows[y].continues(d.to.rows[y+1].cells) {
			continue
		}
		if &parted[0] == &shown[0] {
			parted = slices.Clone(shown)
		}
		parted[y] = nil
		if y > 0 && parted[y-1] != nil && parted[y-1].wrapped { // erasing a row parts it from the one above, too
			above := *parted[y-1]
			above.wrapped = false
			parted[y-1] = &above
		}
		d.moveTo(0, y)
		d.erasePen(Rendition{}.Bg)
		d.out = append(d.out, "\x1b[K"...)
	}
	return parted
}

func (d *differ) changedRows(shown []*row) (n int) {
	for y, r := range shown {
		if r != d.to.rows[y] {
			n++
		}
	}
	return n
}

// blankBottom returns the first of the bottom rows that one ED clears correctly, or
// len(shown) if ED saves nothing.
func (d *differ) blankBottom(shown []*row) int {
	y, worth := len(shown), 0
	for y > 0 && d.blankTail(d.to.rows[y-1].cells) == 0 && d.to.rows[y-1].attribute == SingleWidth {
		r := d.to.rows[y-1]
		if y < len(shown) && !d.sameBlank(r.cells[0], d.to.rows[y].cells[0]) {
			break
		}
		if first, last := d.span(shown[y-1], r); first <= last {
			worth++
		}
		y--
	}
	if worth < 2 || y == 0 && d.dialect.Scrollback {
		return len(shown)
	}
	return y
}

func (d *differ) finish(was Cursor) {
	c := d.to.Cursor
	wraps := c.PendingWrap && c.X == d.to.cols-1 && d.certainty == known && d.x == d.to.cols && d.y == c.Y
	switch {
	case wraps, d.certainty != lost && d.x == c.X && d.y == c.Y:
	case d.certainty == known && d.y == c.Y && d.bridge(d.to.rows[c.Y].cells, c.X):
	default:
		d.jumpTo(c.X, c.Y)
	}
	d.setPen(d.dialect.rendition(d.to.Pen))
	if d.hidden != c.Hidden {
		d.mode(25, !c.Hidden)
	}
	if n := d.dialect.shape(c); n != d.dialect.shape(was) {
		d.csi(int(n), " q")
	}
}
