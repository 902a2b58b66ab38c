package vt

import (
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// maxCluster bounds the text of one cell, in bytes. Further marks are dropped.
const maxCluster = 32

// join adds a code point of no width to the character before the cursor: the
// one just written, or the one that stands there.
func (t *Terminal) join(r rune) {
	x, y := t.joint()
	t.rewrite(x, y, r)
	t.last.joiner = t.last.valid && r == zeroWidthJoiner
}

// joint gives the position of the character before the cursor: the cell under
// it when a wrap is pending or nothing is before it.
func (t *Terminal) joint() (x, y int) {
	c := t.screen.Cursor
	if t.last.valid {
		return t.last.x, t.last.y
	}
	x = c.X
	if !c.PendingWrap && x > 0 {
		x--
	}
	if t.screen.rows[c.Y].cells[x].Tail() {
		x--
	}
	return x, c.Y
}

// rewrite appends r to the text of the cell at (x, y), unless it is full.
func (t *Terminal) rewrite(x, y int, r rune) bool {
	if t.screen.tables.clusters.nearlyFull() {
		t.compactTables()
	}
	row := t.screen.writable(y)
	c := row.cells[x]
	text := utf8.AppendRune(t.screen.tables.appendText(nil, c), r)
	if len(text) > maxCluster {
		return false
	}
	i := Cell(t.screen.tables.clusters.number(string(text)))
	if i == 0 {
		return false
	}
	row.touch(x + 1)
	row.cells[x] = c&^(cellRune|cellCluster) | cellCluster | i
	if c.Wide() {
		row.cells[x+1] = row.cells[x]&^cellWide | cellTail
	}
	return true
}

// variation16 asks for the emoji form of the character before it.
const variation16 = '\ufe0f'

// firstExtender is the first code point that goes on with a cluster.
const firstExtender = '\u0300'

// extend adds r to the character just written if the two are one grapheme
// cluster (mode 2027, UAX 29). False says that r starts a new one.
func (t *Terminal) extend(r rune) bool {
	if !t.last.valid || r < firstExtender {
		return false
	}
	x, y := t.last.x, t.last.y
	cell := t.screen.rows[y].cells[x]
	text := t.screen.tables.appendText(make([]byte, 0, 2*maxCluster), cell)
	size := len(text)
	text = utf8.AppendRune(text, r)
	first := graphemes.FromBytes(text)
	if !first.Next() || len(first.Value()) == size {
		return false
	}
	if len(first.Value()) < size || !t.rewrite(x, y, r) {
		return true // a full cell: what belongs to it is dropped
	}
	if !cell.Wide() && (r == variation16 || t.width(r) > 0) {
		t.widen(x, y)
	}
	return true
}

// widen makes the narrow character just written a wide one, if there is room.
func (t *Terminal) widen(x, y int) {
	c := &t.screen.Cursor
	limit := t.rightLimit()
	if c.PendingWrap || c.X != x+1 || c.X > limit {
		return
	}
	r := t.screen.writable(y)
	r.cut(x + 2)
	r.touch(x + 2)
	r.cells[x+1] = r.cells[x] | cellTail
	r.cells[x] |= cellWide
	t.advance(x+2, limit)
}
