package vt

import "unicode/utf8"

// Limits of the tables, in entries. What does not fit is shown without: a
// style as the default, a cluster as its first code point, a link as text.
const (
	maxStyles   = 1 << 16
	maxClusters = 1 << 16
	maxLinks    = 1 << 12
)

// tables are what cells only hold numbers of. Screens that descend from one
// another share them. They only grow, so a number once given keeps its meaning
// for every screen that holds it; a terminal whose tables are full moves on to
// new ones (see sweep).
type tables struct {
	styles   interned[Rendition]
	clusters interned[string] // texts of more than one code point
	links    interned[Link]
	// recent are numbers of styles by a hash: most styles come again soon.
	recent [1024]uint16
	recentSGR
}

// Link is a hyperlink (OSC 8).
type Link struct{ ID, URI string }

// interned numbers values in the order of their coming. Number 0 is the zero
// value.
type interned[T comparable] struct {
	list   []T
	index  map[T]uint32
	limit  int
	misses int // values that did not fit
}

func newTables() *tables {
	t := &tables{}
	t.styles.init(maxStyles)
	t.clusters.init(maxClusters)
	t.links.init(maxLinks)
	return t
}

func (n *interned[T]) init(limit int) {
	n.limit = limit
	n.index = make(map[T]uint32)
	var zero T
	n.number(zero)
}

// number gives the number of v, a new one if v was not seen before. It gives 0
// if the table is full.
func (n *interned[T]) number(v T) uint32 {
	if i, ok := n.index[v]; ok {
		return i
	}
	if n.full() {
		n.misses++
		return 0
	}
	i := uint32(len(n.list))
	n.list = append(n.list, v)
	n.index[v] = i
	return i
}

// full says that a value that was not seen before gets no number.
func (n *interned[T]) full() bool { return len(n.list) >= n.limit }

// crowded says that it is time to look for values that are no longer in use:
// when the table is full, and again whenever an eighth of its size was refused.
func (n *interned[T]) crowded() bool {
	return n.full() && n.misses%(n.limit/8) == 0
}

// swept notes, in a table that is full of what is in use, that looking again is
// of no use yet.
func (n *interned[T]) swept() {
	if n.full() {
		n.misses = 1
	}
}

func (t *tables) appendText(dst []byte, c Cell) []byte {
	switch {
	case c&cellTail != 0:
		return dst
	case c&cellCluster != 0:
		return append(dst, t.clusters.list[c&cellRune]...)
	case c&cellRune == 0:
		return append(dst, ' ')
	}
	return utf8.AppendRune(dst, rune(c&cellRune))
}

// style numbers a rendition.
func (t *tables) style(r Rendition) uint16 {
	h := uint32(r.Fg)*0x9e3779b1 ^ uint32(r.Bg)*0x85ebca6b ^
		uint32(r.UnderlineColor)*0xc2b2ae35 ^ (uint32(r.Attrs)<<8|uint32(r.Underline))*0x27d4eb2f
	n := &t.recent[h>>22]
	if t.styles.list[*n] != r {
		*n = uint16(t.styles.number(r))
	}
	return *n
}

// textCell gives a cell that shows text, one code point or one cluster, in the
// default rendition. A cluster that does not fit shows its first code point.
func (t *tables) textCell(text string) Cell {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return 0
	}
	if n < len(text) {
		if i := t.clusters.number(text); i != 0 {
			return Cell(i) | cellCluster
		}
	}
	return Cell(r)
}

func (t *tables) rendition(c Cell) Rendition { return t.styles.list[c.style()] }
