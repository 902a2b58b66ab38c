package vt

import (
	"math/bits"
	"math/rand/v2"
	"unicode/utf8"
)

// Limits of the tables, in entries, and of the text of all links, in bytes. What does
// not fit is shown without: a style as the default, a cluster as its first code point, a
// link as text.
const (
	maxStyles    = 1 << 16
	maxClusters  = 1 << 16
	maxLinks     = 1 << 12
	maxLinkBytes = 256 << 10
)

// tables are what cells only hold numbers of. Screens that descend from one
// another share them. While they do, a number keeps its meaning; a terminal whose
// tables are full moves on to new ones, or gives numbers anew that are not in use
// (see compactTables).
type tables struct {
	styles   styleTable
	clusters interned[string] // texts of more than one code point
	links    linkTable
	shared   bool        // another screen may hold numbers of these
	widths   *widthCache // of all tables of a terminal
	recent   *recentSGR  // nil until there is something to remember
	textMeasure
}

// Link is a hyperlink (OSC 8).
type Link struct{ ID, URI string }

// size returns the length of the text, in bytes.
func (l Link) size() int { return len(l.ID) + len(l.URI) }

// interned numbers values in the order of their coming. Number 0 is the zero
// value.
type interned[T comparable] struct {
	list  []T
	index map[T]uint32
	quota
}

// quota is how full a table is.
type quota struct {
	used      int // entries
	limit     int
	bytesFull bool // it has as many bytes as it may
	misses    int  // values that did not fit
}

// linkTable numbers links, up to so many bytes.
type linkTable struct {
	interned[Link]
	bytes    int // of all texts
	longest  int // of one
	maxBytes int // of bytes
}

// doubleLimits makes room for the links of two screens: a reader of a diff holds, on its way,
// some of each.
func (t *linkTable) doubleLimits() {
	t.limit, t.maxBytes = 2*maxLinks, 2*maxLinkBytes
	t.bytesFull = false
}

// number returns the number of l, a new one if l was not seen before. It returns 0
// if the table is full.
func (t *linkTable) number(l Link) uint32 {
	known := len(t.list)
	i := t.interned.number(l)
	if len(t.list) > known {
		t.bytes += l.size()
		t.longest = max(t.longest, l.size())
		t.bytesFull = t.bytes > t.maxBytes-maxURI-maxLinkID
	}
	return i
}

func newTables() *tables {
	t := &tables{widths: new(widthCache)}
	t.styles.init(maxStyles)
	t.clusters.init(maxClusters)
	t.links.init(maxLinks)
	t.links.maxBytes = maxLinkBytes
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
	if !n.reserve() {
		return 0
	}
	i := uint32(len(n.list))
	n.list = append(n.list, v)
	n.index[v] = i
	return i
}

// reserve takes a place for one entry; it says false if there is none.
func (q *quota) reserve() bool {
	if q.full() {
		q.misses++
		return false
	}
	q.used++
	return true
}

// full reports whether a value that was not seen before gets no number.
func (q *quota) full() bool { return q.used >= q.limit || q.bytesFull }

// nearlyFull reports whether it is time to look for values that are no longer in
// use: when the table is full, and again whenever an eighth of its size was refused.
func (q *quota) nearlyFull() bool {
	return q.full() && q.misses%(q.limit/8) == 0
}

// markCompacted delays the next look at a table that is still full.
func (q *quota) markCompacted() {
	if q.full() {
		q.misses = 1
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

// renditionBits returns the bits of a cell that stand for r. What does not fit into
// the table of styles is in the default style, with the attributes of r.
func (t *tables) renditionBits(r Rendition) Cell {
	c := r.attributes()
	if r.UnderlineColor == 0 && r.Link == 0 {
		switch {
		case r.Bg == 0 && r.Fg&colorKind == colorRGB:
			return c | directColor(r.Fg, cellDirectFg)
		case r.Fg == 0 && r.Bg&colorKind == colorRGB:
			return c | directColor(r.Bg, cellDirectBg)
		}
	}
	return c.withStyle(t.styles.number(r.style()))
}

// rendition returns the Rendition that the bits of c stand for.
func (t *tables) rendition(c Cell) (r Rendition) {
	r.Attrs, r.Underline = c.attrs(), c.underline()
	if c&cellDirect == 0 {
		s := &t.styles.list[uint16(c>>cellStyleShift)]
		r.Fg, r.Bg, r.UnderlineColor, r.Link = s.fg, s.bg, s.underline, s.link
		return r
	}
	color := Color(c>>cellStyleShift) | colorRGB
	if c&cellDirectFg != 0 {
		r.Fg = color
	} else {
		r.Bg = color
	}
	return r
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

// style is what a Rendition has beside the attributes: it has too many values for
// a cell, which holds a number of it.
type style struct {
	fg, bg    Color
	underline Color
	link      uint16
}

// style returns the style of r.
func (r *Rendition) style() style {
	return style{fg: r.Fg, bg: r.Bg, underline: r.UnderlineColor, link: r.Link}
}

// styleTable numbers styles as interned numbers values. A program that draws a
// picture uses a new one for each cell, so it has a hash table of its own, and takes
// back numbers that are no longer in use.
type styleTable struct {
	list  []style
	slots []uint16  // numbers by hash, at the first free place from there on; 0 is free
	seed  [2]uint64 // so that nobody can choose styles that meet in one slot
	quota
	reclaimAt int // entries from which on it pays to look for those not in use

	inUse []uint64 // a bit for each number, as of the last time they were marked
	word  int      // where in inUse the next number to take is looked for
	gaps  uint64   // numbers to take there
}

const (
	// firstSlots is how many slots a table begins with. There are always at least
	// twice as many as entries.
	firstSlots = 64

	// enoughStyles is how many entries there are before those not in use are looked
	// for: the table stays in the processor's cache then.
	minReclaim = 1 << 12
)

func (n *styleTable) init(limit int) {
	*n = styleTable{list: make([]style, 1, firstSlots/2), slots: make([]uint16, firstSlots)}
	n.seed = [2]uint64{rand.Uint64(), rand.Uint64()}
	n.quota = quota{used: 1, limit: limit}
	n.reclaimAt = min(minReclaim, limit)
}

// number returns the number of s: 0 for the zero style, and if the table is full.
func (n *styleTable) number(s style) uint16 {
	if s == (style{}) {
		return 0
	}
	mask := uint32(len(n.slots) - 1)
	at := n.hash(&s) & mask
	for ; n.slots[at] != 0; at = (at + 1) & mask {
		if n.list[n.slots[at]] == s {
			return n.slots[at]
		}
	}
	if !n.reserve() {
		return 0
	}
	i := n.freeNumber()
	n.list[i] = s
	n.slots[at] = uint16(i)
	if 2*n.used > len(n.slots) {
		n.grow()
	}
	return uint16(i)
}

// freeNumber returns a number that is not in use.
func (n *styleTable) freeNumber() int {
	for n.gaps == 0 {
		if n.word++; n.word >= len(n.inUse) {
			n.list = append(n.list, style{})
			return len(n.list) - 1
		}
		n.gaps = ^n.inUse[n.word]
	}
	i := n.word*64 + bits.TrailingZeros64(n.gaps)
	n.gaps &= n.gaps - 1
	return i
}

// grow doubles the slots.
func (n *styleTable) grow() {
	old := n.slots
	n.slots = make([]uint16, 2*len(old))
	for _, i := range old {
		if i != 0 {
			n.insert(i)
		}
	}
}

func (n *styleTable) insert(i uint16) {
	mask := uint32(len(n.slots) - 1)
	at := n.hash(&n.list[i]) & mask
	for n.slots[at] != 0 {
		at = (at + 1) & mask
	}
	n.slots[at] = i
}

// hash takes the upper half of a second product, since the lower bits of the first
// repeat where the seed has zeros.
func (n *styleTable) hash(s *style) uint32 {
	colors := uint64(s.fg)<<32 | uint64(s.bg)
	rest := uint64(s.underline)<<32 | uint64(s.link)
	high, low := bits.Mul64(colors^n.seed[0], rest^n.seed[1])
	return uint32((high ^ low) * 0x9e3779b97f4a7c15 >> 32)
}

// nearlyFull reports whether it is time to look for styles that are not in use.
func (n *styleTable) nearlyFull() bool {
	return n.used >= n.reclaimAt && (n.reclaimAt < n.limit || n.quota.nearlyFull())
}

// unmark begins a look for styles that are in use.
func (n *styleTable) unmark() {
	if words := len(n.list)/64 + 1; cap(n.inUse) < words {
		n.inUse = make([]uint64, words, 2*words)
	} else {
		n.inUse = n.inUse[:words]
		clear(n.inUse)
	}
	n.inUse[0] = 1
}

// mark notes that the styles of cells are in use.
func (n *styleTable) mark(cells []Cell) {
	for _, c := range cells {
		i := c.style()
		n.inUse[i/64] |= 1 << (i % 64)
	}
}

// reclaim takes back the numbers that have not been marked.
func (n *styleTable) reclaim() {
	clear(n.slots)
	n.used = 1
	n.inUse[0] &^= 1
	for w, marks := range n.inUse {
		n.used += bits.OnesCount64(marks)
		for ; marks != 0; marks &= marks - 1 {
			n.insert(uint16(w*64 + bits.TrailingZeros64(marks)))
		}
	}
	n.inUse[0] |= 1
	n.inUse[len(n.inUse)-1] |= ^uint64(0) << (len(n.list) % 64) // there are none
	n.word, n.gaps = 0, ^n.inUse[0]
	n.settle()
}

// settle adapts the table to how many entries are in use.
func (n *styleTable) settle() {
	n.reclaimAt = min(max(n.reclaimAt, 2*n.used), n.limit)
	n.markCompacted()
}
