package vt

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// Limits of the history.
const (
	MaxHistory      = 100_000  // lines
	maxHistoryBytes = 16 << 20 // encoded
	historyBlock    = 16 << 10 // bytes of a block; a longer line has one of its own
)

// history is what scrolled off the main screen, oldest first: encoded lines in
// blocks. The oldest block goes whole when a limit is passed.
type history struct {
	limit  int // lines to keep; 0 keeps nothing
	blocks []*block
	lines  int
	bytes  int
	spare  *block // one that went, for its memory
}

// block is a run of lines with the renditions that they use.
type block struct {
	data  []byte
	ends  []uint32 // where each line ends in data
	pens  []pen
	index map[Cell]int // of pens, by the style bits of a cell
	from  *tables      // what index is about
}

// pen is a rendition that does not depend on tables.
type pen struct {
	Rendition
	link Link
}

// What is in an encoded line besides text.
const (
	codePen     = 0x01 // followed by the number of a pen
	codeWide    = 0x02 // the next character is a wide one
	codeCluster = 0x03 // followed by a length and a text
	codeBlank   = 0x04 // followed by a number of cells
	codeWrapped = 0x05 // at the end: the line goes on
)

// push appends a row.
func (h *history) push(r *row, t *tables) {
	if h.limit == 0 {
		return
	}
	b := h.current(t)
	was := len(b.data)
	b.encode(r, t)
	b.ends = append(b.ends, uint32(len(b.data)))
	h.lines++
	h.bytes += len(b.data) - was
	for len(h.blocks) > 1 && (h.lines > h.limit+len(h.blocks[0].ends) || h.bytes > maxHistoryBytes) {
		h.dropOldest()
	}
}

// current gives the block to append to.
func (h *history) current(t *tables) *block {
	if n := len(h.blocks); n > 0 {
		if b := h.blocks[n-1]; len(b.data) < historyBlock && b.from == t {
			return b
		}
	}
	b := h.spare
	h.spare = nil
	if b == nil {
		b = &block{data: make([]byte, 0, historyBlock+historyBlock/8), index: make(map[Cell]int)}
	}
	b.reset(t)
	h.blocks = append(h.blocks, b)
	return b
}

// reset makes b an empty block; pen 0 is the default.
func (b *block) reset(t *tables) {
	b.from = t
	b.data, b.ends = b.data[:0], b.ends[:0]
	b.pens = append(b.pens[:0], pen{})
	clear(b.index)
	b.index[0] = 0
}

func (h *history) dropOldest() {
	b := h.blocks[0]
	h.lines -= len(b.ends)
	h.bytes -= len(b.data)
	h.spare = b
	n := copy(h.blocks, h.blocks[1:])
	h.blocks[n] = nil
	h.blocks = h.blocks[:n]
}

func (h *history) clear() { *h = history{limit: h.limit} }

// encode appends a row without the blanks at its end.
func (b *block) encode(r *row, t *tables) {
	cells := trimmed(r.cells[:r.end])
	var style Cell
	for len(cells) > 0 {
		if c := cells[0]; c&cellStyle != style {
			style = c & cellStyle
			b.data = append(b.data, codePen)
			b.data = binary.AppendUvarint(b.data, uint64(b.pen(style, t)))
		}
		n := b.encodeASCII(cells, style)
		if n == 0 {
			n = b.encodeText(cells, style)
		}
		if n == 0 {
			n = b.encodeOther(cells, t)
		}
		cells = cells[n:]
	}
	if r.wrapped {
		b.data = append(b.data, codeWrapped)
	}
}

// trimmed gives cells without the blanks at their end.
func trimmed(cells []Cell) []Cell {
	n := len(cells)
	for n > 0 && cells[n-1] == 0 {
		n--
	}
	return cells[:n]
}

// encodeASCII appends the printable ASCII that cells begin with, as far as it is
// in one style, and gives how many cells that is.
func (b *block) encodeASCII(cells []Cell, style Cell) int {
	b.data = slices.Grow(b.data, len(cells))
	text := b.data[len(b.data):][:len(cells)]
	n := len(cells)
	for x, c := range cells {
		if c -= style; c-' ' >= del-' ' {
			n = x
			break
		}
		text[x] = byte(c)
	}
	b.data = b.data[:len(b.data)+n]
	return n
}

// encodeText appends the single code points that cells begin with, as far as
// they are in one style, and gives how many cells that is.
func (b *block) encodeText(cells []Cell, style Cell) int {
	data := b.data
	for x, c := range cells {
		switch c = c&^cellProtected - style; {
		case c >= ' ' && c < del:
			data = append(data, byte(c))
		case c > cellRune|cellWide|cellTail || c&cellCluster != 0 || c&cellRune == 0:
			b.data = data
			return x
		case c.Wide():
			data = utf8.AppendRune(append(data, codeWide), rune(c&cellRune))
		case !c.Tail():
			data = utf8.AppendRune(data, rune(c&cellRune))
		}
	}
	b.data = data
	return len(cells)
}

// encodeOther appends the cluster or the blanks that cells begin with, and gives
// how many cells that is.
func (b *block) encodeOther(cells []Cell, t *tables) int {
	c := cells[0]
	if c&cellCluster == 0 {
		n := 1
		for n < len(cells) && cells[n]&^cellProtected == c&^cellProtected {
			n++
		}
		b.data = append(b.data, codeBlank)
		b.data = binary.AppendUvarint(b.data, uint64(n))
		return n
	}
	if c.Tail() {
		return 1
	}
	if c.Wide() {
		b.data = append(b.data, codeWide)
	}
	text := t.clusters.list[c&cellRune]
	b.data = append(b.data, codeCluster)
	b.data = binary.AppendUvarint(b.data, uint64(len(text)))
	b.data = append(b.data, text...)
	return 1
}

// pen numbers the rendition of the style bits of a cell.
func (b *block) pen(style Cell, t *tables) int {
	if n, ok := b.index[style]; ok {
		return n
	}
	r := t.styles.list[style.style()]
	b.pens = append(b.pens, pen{r, t.links.list[r.Link]})
	b.index[style] = len(b.pens) - 1
	return len(b.pens) - 1
}
