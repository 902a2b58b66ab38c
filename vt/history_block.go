package vt

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// block is a run of encoded lines with the renditions that they use.
type block struct {
	data []byte
	ends []uint32 // where each line ends in data
	pens []pen    // 0 is the default
	from *tables  // whose numbers the cells had
}

// pen is a rendition that does not depend on tables.
type pen struct {
	Rendition
	link Link
}

// An encoded line is ASCII text, with 0 for a cell that nothing was written to,
// and these codes, which no cell holds.
const (
	codePen     = 0x01 // followed by the number of a pen
	codeRaw     = 0x02 // followed by a number of bytes (16 bits) and cells of rawCell bytes
	codeCluster = 0x03 // followed by a length and a text
	codeWide    = 0x04 // the same, for a wide cluster
	codeWrapped = 0x05 // at the end: the line goes on
)

// rawCell is how many bytes of a cell are kept in codeRaw: all but the style and
// the protection. Tails are left out. Their number in a row fits into 16 bits.
const rawCell = 3

const _ = uint16(rawCell * MaxCols)

func (b *block) reset(t *tables) {
	b.from = t
	b.data, b.ends = b.data[:0], b.ends[:0]
	b.pens = append(b.pens[:0], pen{})
}

// encode appends a row without the blanks at its end.
func (b *block) encode(r *row, t *tables, index *penIndex) {
	end := min(r.end, r.shown())
	for end > 0 && r.cells[end-1] == 0 {
		end--
	}
	padded := r.cells[:min((end+7)&^7, len(r.cells))] // packASCII likes eights
	var style Cell
	for x := 0; x < end; {
		if c := padded[x] & cellRendition; c != style {
			style = c
			b.data = binary.AppendUvarint(append(b.data, codePen), b.pen(style, t, index))
		}
		n := b.encodeASCII(padded[x:], end-x, style)
		if n == 0 {
			n = b.encodeRaw(padded[x:end], style)
		}
		if n == 0 {
			n = b.encodeCluster(padded[x], t)
		}
		x += n
	}
	if r.wrapped {
		b.data = append(b.data, codeWrapped)
	}
}

// encodeASCII appends the ASCII and the blanks that cells begin with, as far as
// they are in one style, and gives how many cells that is: up to limit.
func (b *block) encodeASCII(cells []Cell, limit int, style Cell) int {
	b.data = slices.Grow(b.data, len(cells))
	n := min(packASCII(b.data[len(b.data):cap(b.data)], cells, style), limit)
	b.data = b.data[:len(b.data)+n]
	return n
}

// encodeRaw appends the single code points that cells begin with, as far as they
// are in one style and not two of ASCII follow one another, and gives how many
// cells that is.
func (b *block) encodeRaw(cells []Cell, style Cell) int {
	start := len(b.data)
	data := append(b.data, codeRaw, 0, 0)
	x, ascii := 0, false
	for x < len(cells) {
		c := cells[x]&^cellProtected ^ style
		if c&^(cellRune|cellWide) != 0 || ascii && c < utf8.RuneSelf {
			break
		}
		ascii = c < utf8.RuneSelf
		data = append(data, byte(c), byte(c>>8), byte(c>>16))
		x++
		if c.Wide() {
			x++
		}
	}
	if x > 0 {
		binary.LittleEndian.PutUint16(data[start+1:], uint16(len(data)-start-3))
		b.data = data
	}
	return x
}

// encodeCluster appends the cluster in a cell, or passes over the tail of one,
// and gives the cells taken.
func (b *block) encodeCluster(c Cell, t *tables) int {
	if c.Tail() {
		return 1
	}
	code := byte(codeCluster)
	if c.Wide() {
		code = codeWide
	}
	text := t.clusters.list[c&cellRune]
	b.data = binary.AppendUvarint(append(b.data, code), uint64(len(text)))
	b.data = append(b.data, text...)
	return 1
}

// pen numbers the rendition of the style bits of a cell.
func (b *block) pen(style Cell, t *tables, index *penIndex) uint64 {
	n, known := index.find(style)
	if !known {
		n = uint64(len(b.pens))
		r := t.rendition(style)
		b.pens = append(b.pens, pen{r, t.links.list[r.Link]})
		index.add(style, n)
	}
	return n
}

// penIndex finds the pens of the block that is written to, by the style bits of
// a cell.
type penIndex struct {
	all    map[Cell]uint64
	recent [64]struct { // most styles come again soon
		style Cell // 0 for none: the default style is always pen 0
		pen   uint64
	}
}

func (p *penIndex) reset() {
	if p.all == nil {
		p.all = make(map[Cell]uint64)
	}
	clear(p.all)
	p.all[0] = 0
	clear(p.recent[:])
}

func (p *penIndex) find(style Cell) (n uint64, ok bool) {
	slot := &p.recent[(style>>cellStyleShift^style>>cellAttrsShift)%64]
	if slot.style == style {
		return slot.pen, true
	}
	if n, ok = p.all[style]; ok {
		slot.style, slot.pen = style, n
	}
	return n, ok
}

func (p *penIndex) add(style Cell, n uint64) {
	p.all[style] = n
	slot := &p.recent[(style>>cellStyleShift^style>>cellAttrsShift)%64]
	slot.style, slot.pen = style, n
}
