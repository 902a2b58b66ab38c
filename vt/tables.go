package vt

import (
	"math/bits"
	"math/rand/v2"
	"unicode/utf8"

	"gm/vt/cellwidth"
)

// Limits of the tables, in entries, and of the text of all links, in bytes. Beyond them a
// style is shown as the default, a cluster as its first code point, a link as text.
const (
	maxStyles    = 1 << 16
	maxClusters  = 1 << 16
	maxLinks     = 1 << 12
	maxLinkBytes = 256 << 10
)

// tables hold the values that cells refer to by number. Screens that descend from
// one another share them. While they do, numbers keep their meaning; a terminal
// whose tables are full moves to new ones, or reassigns numbers that are not in use
// (see compactTables).
type tables struct {
	styles   styleTable
	clusters interned[string] // texts of several code points
	links    linkTable
	shared   bool             // other screens may hold numbers
	widths   *cellwidth.Cache // shared by all tables of a terminal
	recent   *recentSGR       // nil until the first entry
	textMeasure
	pictures bool // cells may be those of pictures
}

// Link is a hyperlink (OSC 8).
type Link struct{ ID, URI string }

func (l Link) size() int { return len(l.ID) + len(l.URI) }

// interned numbers values in the order of their first use. Number 0 is the zero
// value.
type interned[T comparable] struct {
	list  []T
	index map[T]uint32
	quota
}

// quota is the fill level of a table.
type quota struct {
	used      int // entries
	limit     int
	bytesFull bool // the bytes are at their limit
	misses    int  // values that did not fit
}

// linkTable numbers links, up to a number of bytes.
type linkTable struct {
	interned[Link]
	bytes    int // of all texts
	longest  int // of one
	maxBytes int // of bytes
}

// doubleLimits makes room for the links of two screens: while a diff is applied,
// the receiver holds some of both.
func (t *linkTable) doubleLimits() {
	t.limit, t.maxBytes = 2*maxLinks, 2*maxLinkBytes
	t.bytesFull = false
}

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
	t := &tables{widths: new(cellwidth.Cache)}
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

// number returns the number of v, a new one at the first use. It returns 0 if the
// table is full.
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

func (q *quota) reserve() bool {
	if q.full() {
		q.misses++
		return false
	}
	q.used++
	return true
}

func (q *quota) full() bool { return q.used >= q.limit || q.bytesFull }

// nearlyFull reports whether to look for values that are no longer in use: when the
// table is full, and again after each eighth of its limit in refused values.
func (q *quota) nearlyFull() bool {
	return q.full() && q.misses%(q.limit/8) == 0
}

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

// renditionBits returns the bits of a cell in the rendition r. A style that does
// not fit into the table becomes the default one, with the attributes of r.
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

// textCell returns a cell with the text, one code point or one cluster, in the
// default rendition. A cluster that does not fit becomes its first code point.
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

// style is the part of a Rendition without the attributes. It has too many values
// for a cell, which holds a number.
type style struct {
	fg, bg    Color
	underline Color
	link      uint16
}

func (r *Rendition) style() style {
	return style{fg: r.Fg, bg: r.Bg, underline: r.UnderlineColor, link: r.Link}
}

// styleTable numbers styles as interned numbers values. A program that draws a
// picture uses a new style for each cell, so the table has its own hash table and
// reuses numbers that are no longer in use.
type styleTable struct {
	list  []style
	slots []uint16  // numbers by hash, with linear probing; 0 is free
	seed  [2]uint64 // random, so that a program cannot choose colliding styles
	quota
	reclaimAt int // number of entries from which unused ones are reclaimed

	inUse []uint64 // a bit for each number, as of the last mark
	word  int      // index in inUse of the search for a free number
	gaps  uint64   // free numbers there
}

const (
	// firstSlots is the initial number of slots. There are always at least twice as many
	// slots as entries.
	firstSlots = 64

	// minReclaim is the least number of entries before unused ones are reclaimed. A table
	// of this size stays in the processor's cache.
	minReclaim = 1 << 12
)

func (n *styleTable) init(limit int) {
	*n = styleTable{list: make([]style, 1, firstSlots/2), slots: make([]uint16, firstSlots)}
	n.seed = [2]uint64{rand.Uint64(), rand.Uint64()}
	n.quota = quota{used: 1, limit: limit}
	n.reclaimAt = min(minReclaim, limit)
}

// number returns the number of s. It returns 0 for the zero style, and for a new
// style if the table is full.
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

// hash uses the upper half of a second product, because the lower bits of the first
// repeat where the seed has zeros.
func (n *styleTable) hash(s *style) uint32 {
	colors := uint64(s.fg)<<32 | uint64(s.bg)
	rest := uint64(s.underline)<<32 | uint64(s.link)
	high, low := bits.Mul64(colors^n.seed[0], rest^n.seed[1])
	return uint32((high ^ low) * 0x9e3779b97f4a7c15 >> 32)
}

func (n *styleTable) nearlyFull() bool {
	return n.used >= n.reclaimAt && (n.reclaimAt < n.limit || n.quota.nearlyFull())
}

func (n *styleTable) unmark() {
	if words := len(n.list)/64 + 1; cap(n.inUse) < words {
		n.inUse = make([]uint64, words, 2*words)
	} else {
		n.inUse = n.inUse[:words]
		clear(n.inUse)
	}
	n.inUse[0] = 1
}

func (n *styleTable) mark(cells []Cell) {
	for _, c := range cells {
		i := c.style()
		n.inUse[i/64] |= 1 << (i % 64)
	}
}

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
	n.inUse[len(n.inUse)-1] |= ^uint64(0) << (len(n.list) % 64) // these numbers do not exist
	n.word, n.gaps = 0, ^n.inUse[0]
	n.settle()
}

func (n *styleTable) settle() {
	n.reclaimAt = min(max(n.reclaimAt, 2*n.used), n.limit)
	n.markCompacted()
}
