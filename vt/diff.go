package vt

// AppendDiff appends the bytes which, written to a terminal that shows from,
// make it show to, in the dialect d. It appends nothing if there is nothing to
// do. The bytes never make a terminal answer.
//
// If the sizes differ, the terminal is taken to have been resized already
// (Resized), as a peer does that has been told the new size first.
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

// differ writes one diff. It keeps track of what the reader's terminal is in
// while it reads, as far as that is certain.
type differ struct {
	cellComparer // a is what the reader shows, b what it shall show
	out          []byte
	to           *Screen

	paintState
	dirty int // the columns left of this one must be printed, changed or not
	// postponed are the columns of a row whose characters are printed last.
	postponed []int
	// enlarged says that some rows are of double width for the reader, or shall be.
	enlarged bool
}

// brush is the part of the reader's state that painting changes.
type paintState struct {
	x, y       int // x is cols after the last column was printed: a pending wrap
	certainty  cursorCertainty
	pen        Rendition
	link       Link // the pen's; pen.Link is 0
	hidden     bool // the cursor
	drawn      Cell // the pen draws characters of this style as they renditionOf,
	drawnValid bool // if sure is set
	erased     int  // bytes spent on making longer stretches blank
}

// place is how well the cursor's position is known.
type cursorCertainty uint8

const (
	known       cursorCertainty = iota
	wrapUnknown                 // a wrap may be pending or not
	lost
)

func newDiffer(dst []byte, from, to *Screen, d Dialect) differ {
	w := differ{cellComparer: newCellComparer(from, to, d), out: dst, to: to}
	w.x, w.y = from.Cursor.X, from.Cursor.Y
	w.enlarged = d.LineAttributes && (from.enlarged || to.enlarged)
	if w.x >= to.cols-1 || w.enlarged {
		w.certainty = wrapUnknown
	}
	w.pen = d.rendition(from.Pen)
	w.link = from.tables.links.list[w.pen.Link]
	w.pen.Link = 0
	w.hidden = from.Cursor.Hidden
	return w
}

// stackRows is the height up to which a diff needs no memory of its own.
const stackRows = 128

// minErased is how many bytes a diff must spend on blanks before a start from a
// blank screen is tried.
const minErased = 12

// paint makes the cells right. Where most of the screen changes, it may be
// shorter to start from a blank one; a person would see that as a flicker.
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

// inked counts the cells that are not blank.
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

// paintRows makes every row right. A nil row in shown is a blank one.
func (d *differ) paintRows(shown []*row) {
	if d.enlarged {
		d.lineAttributes(shown)
	}
	bottom := d.blankBottom(shown)
	for y := range shown {
		if y == bottom {
			d.moveTo(0, y)
			d.erasePen(d.renditionOf(d.b, d.to.rows[y].cells[0]).Bg)
			d.out = append(d.out, "\x1b[J"...)
			return
		}
		if shown[y] != d.to.rows[y] {
			d.paintRow(shown, y)
		}
	}
}

// blankBottom gives the first of the rows that one ED makes right, or the
// number of rows if it is not worth while.
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
	if worth < 2 {
		return len(shown)
	}
	return y
}

// finish leaves the cursor and the pen as they shall be.
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
