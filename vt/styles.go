package vt

import (
	"math/bits"
	"math/rand/v2"
)

// styleTable numbers renditions as interned numbers values. A program that draws
// a picture uses a new one for each cell, so it has a hash table of its own.
type styleTable struct {
	list  []Rendition
	slots []uint16  // numbers by hash, at the first free place from there on; 0 is free
	seed  [2]uint64 // so that nobody can choose renditions that meet in one slot
	quota
}

// firstSlots is how many slots a table begins with. There are always at least
// twice as many as entries.
const firstSlots = 64

func (n *styleTable) init(limit int) {
	*n = styleTable{list: make([]Rendition, 1, firstSlots/2), slots: make([]uint16, firstSlots)}
	n.seed = [2]uint64{rand.Uint64(), rand.Uint64()}
	n.quota = quota{used: 1, limit: limit}
}

// number gives the number of r: 0 for the zero Rendition, and if the table is
// full.
func (n *styleTable) number(r Rendition) uint16 {
	if r == (Rendition{}) {
		return 0
	}
	mask := uint32(len(n.slots) - 1)
	at := n.hash(&r) & mask
	for ; n.slots[at] != 0; at = (at + 1) & mask {
		if n.list[n.slots[at]] == r {
			return n.slots[at]
		}
	}
	if !n.take() {
		return 0
	}
	i := uint16(len(n.list))
	n.list = append(n.list, r)
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
	for i, r := range n.list[1:] {
		at := n.hash(&r) & mask
		for n.slots[at] != 0 {
			at = (at + 1) & mask
		}
		n.slots[at] = uint16(i + 1)
	}
}

// hash takes the upper half of a second product, since the lower bits of the first
// repeat where the seed has zeros.
func (n *styleTable) hash(r *Rendition) uint32 {
	colors := uint64(r.Fg)<<32 | uint64(r.Bg)
	rest := uint64(r.UnderlineColor)<<32 | uint64(r.Attrs)<<16 | uint64(r.Underline)<<12 | uint64(r.Link)
	high, low := bits.Mul64(colors^n.seed[0], rest^n.seed[1])
	return uint32((high ^ low) * 0x9e3779b97f4a7c15 >> 32)
}
