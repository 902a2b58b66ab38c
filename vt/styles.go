package vt

import (
	"math/bits"
	"math/rand/v2"
)

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
	enough int // entries from which on it pays to look for those not in use

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
	enoughStyles = 1 << 12
)

func (n *styleTable) init(limit int) {
	*n = styleTable{list: make([]style, 1, firstSlots/2), slots: make([]uint16, firstSlots)}
	n.seed = [2]uint64{rand.Uint64(), rand.Uint64()}
	n.quota = quota{used: 1, limit: limit}
	n.enough = min(enoughStyles, limit)
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
	if !n.take() {
		return 0
	}
	i := n.place()
	n.list[i] = s
	n.slots[at] = uint16(i)
	if 2*n.used > len(n.slots) {
		n.grow()
	}
	return uint16(i)
}

// place returns a number that is not in use.
func (n *styleTable) place() int {
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
	return n.used >= n.enough && (n.enough < n.limit || n.quota.nearlyFull())
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
	n.enough = min(max(n.enough, 2*n.used), n.limit)
	n.markCompacted()
}
