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
// picture uses a new one for each cell, so it has a hash table of its own.
type styleTable struct {
	list  []style
	slots []uint16  // numbers by hash, at the first free place from there on; 0 is free
	seed  [2]uint64 // so that nobody can choose styles that meet in one slot
	quota
}

// firstSlots is how many slots a table begins with. There are always at least
// twice as many as entries.
const firstSlots = 64

func (n *styleTable) init(limit int) {
	*n = styleTable{list: make([]style, 1, firstSlots/2), slots: make([]uint16, firstSlots)}
	n.seed = [2]uint64{rand.Uint64(), rand.Uint64()}
	n.quota = quota{used: 1, limit: limit}
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
	i := uint16(len(n.list))
	n.list = append(n.list, s)
	n.slots[at] = i
	if 2*len(n.list) > len(n.slots) {
		n.grow()
	}
	return i
}

// grow doubles the slots.
func (n *styleTable) grow() {
	n.slots = make([]uint16, 2*len(n.slots))
	mask := uint32(len(n.slots) - 1)
	for i := range n.list[1:] {
		at := n.hash(&n.list[i+1]) & mask
		for n.slots[at] != 0 {
			at = (at + 1) & mask
		}
		n.slots[at] = uint16(i + 1)
	}
}

// hash takes the upper half of a second product, since the lower bits of the first
// repeat where the seed has zeros.
func (n *styleTable) hash(s *style) uint32 {
	colors := uint64(s.fg)<<32 | uint64(s.bg)
	rest := uint64(s.underline)<<32 | uint64(s.link)
	high, low := bits.Mul64(colors^n.seed[0], rest^n.seed[1])
	return uint32((high ^ low) * 0x9e3779b97f4a7c15 >> 32)
}
