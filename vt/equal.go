package vt

import "slices"

// Equal reports whether the screens look the same and copied text is the same. It
// ignores where a line was wrapped, a pending wrap, protection, and whether a blank was
// written or erased. It compares the rendition of blanks, which a block cursor shows.
func (s *Screen) Equal(o *Screen) bool {
	return s.EqualIn(o, Full())
}

// EqualIn reports whether the screens are equal for a receiver of the dialect d. It
// ignores state that d does not carry. The diff of equal screens is empty.
func (s *Screen) EqualIn(o *Screen, d Dialect) bool {
	if s == o {
		return true
	}
	if s.cols != o.cols || len(s.rows) != len(o.rows) || !d.sameState(s, o) {
		return false
	}
	e := newCellComparer(s, o, d)
	if !e.samePen(s.Pen, o.Pen) {
		return false
	}
	for y, r := range s.rows {
		if !e.sameRow(r, o.rows[y]) {
			return false
		}
	}
	return true
}

// SameCell reports whether the cell at column x of row y looks the same in both
// screens, which need not be related.
func (s *Screen) SameCell(x, y int, o *Screen) bool {
	e := newCellComparer(s, o, Full())
	return e.same(s.Cell(x, y), o.Cell(x, y))
}

func (d *Dialect) sameState(s, o *Screen) bool {
	return s.Cursor.X == o.Cursor.X && s.Cursor.Y == o.Cursor.Y &&
		s.Cursor.Hidden == o.Cursor.Hidden && d.shape(s.Cursor) == d.shape(o.Cursor) &&
		d.modes(s.Modes) == d.modes(o.Modes) &&
		s.Bells == o.Bells && d.sameTitle(s, o) && d.sameClipboards(s, o) && d.sameEvents(s, o) &&
		(!d.Progress || s.Progress == o.Progress) && (!d.Pointer || s.Pointer == o.Pointer) &&
		(!d.Notes || slices.Equal(s.Notes, o.Notes)) &&
		(!d.Directory || s.Directory == o.Directory) && (!d.SetColors || sameColors(s.Colors, o.Colors))
}

func (d *Dialect) sameTitle(s, o *Screen) bool {
	return !d.Titles || s.Title == o.Title && s.Icon == o.Icon && s.TitleSet == o.TitleSet
}

func (d *Dialect) sameClipboards(s, o *Screen) bool {
	return slices.Equal(s.Clipboards, o.Clipboards) ||
		slices.Equal(d.clipboards(s.Clipboards), d.clipboards(o.Clipboards))
}

// cellComparer compares cells of two screens, with the tables a and b, as a receiver of
// the dialect shows them.
type cellComparer struct {
	a, b    *tables
	dialect Dialect
	// The last two styles compared and the result: cells come in runs of a style.
	lastA, lastB Cell
	lastSame     bool
}

func newCellComparer(a, b *Screen, d Dialect) cellComparer {
	return cellComparer{a: a.tables, b: b.tables, dialect: d, lastA: noStyle}
}

// noStyle differs from the style of every cell.
const noStyle Cell = 1

func (e *cellComparer) sameRow(a, b *row) bool {
	if a == b {
		return true
	}
	if e.dialect.LineAttributes && a.attribute != b.attribute {
		return false
	}
	others, related := b.cells[:len(a.cells)], e.a == e.b
	for x, c := range a.cells {
		if o := others[x]; (!related || c != o) && !e.same(c, o) {
			return false
		}
	}
	return true
}

func (e *cellComparer) same(a, b Cell) bool {
	return e.a == e.b && (a^b)&cellVisible == 0 || e.sameSlow(a, b)
}

// sameSlow reports whether cells whose bits differ look the same.
func (e *cellComparer) sameSlow(a, b Cell) bool {
	blank := a.Blank()
	if blank != b.Blank() || (a^b)&(cellWide|cellTail) != 0 {
		return false
	}
	if !blank && !e.sameText(a, b) {
		return false
	}
	lookA, lookB := a&cellRendition, b&cellRendition
	if lookA != e.lastA || lookB != e.lastB {
		e.lastA, e.lastB = lookA, lookB
		e.lastSame = e.a == e.b && lookA == lookB ||
			e.samePen(e.a.rendition(a), e.b.rendition(b))
	}
	return e.lastSame
}

func (e *cellComparer) renditionOf(t *tables, c Cell) Rendition {
	return e.dialect.rendition(t.rendition(c))
}

func (e *cellComparer) sameText(a, b Cell) bool {
	if (a^b)&cellCluster != 0 {
		return false
	}
	if e.a == e.b || a&cellCluster == 0 {
		return (a^b)&cellRune == 0
	}
	return e.a.clusters.list[a&cellRune] == e.b.clusters.list[b&cellRune]
}

func (e *cellComparer) samePen(a, b Rendition) bool {
	return e.sameRendition(e.dialect.rendition(a), e.dialect.rendition(b))
}

func (e *cellComparer) sameRendition(a, b Rendition) bool {
	if e.a != e.b && a.Link|b.Link != 0 {
		if e.a.links.list[a.Link] != e.b.links.list[b.Link] {
			return false
		}
		a.Link = b.Link
	}
	return a == b
}
