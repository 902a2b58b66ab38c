package vt

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// block is a run of encoded lines with the renditions that they use.
type block struct {
	data  []byte
	ends  []uint32 // where each line ends in data
	pens  []pen    // 0 is the default
	links []Link   // of pens that are written out
	from  *tables  // whose numbers the cells had
}

// size returns about how many bytes of memory the block takes.
func (b *block) size() int {
	return len(b.data) + penBytes*len(b.pens) + linkBytes*len(b.links)
}

// An encoded line is ASCII text, with 0 for a cell that nothing was written to,
// and these codes, which no cell holds.
const (
	codePen     = 0x01 // followed by the number of a pen, a byte
	codeRaw     = 0x02 // followed by a number of bytes (16 bits) and cells of rawCell bytes
	codeCluster = 0x03 // followed by a length and a text
	codeWide    = 0x04 // the same, for a wide cluster
	codeWrapped = 0x05 // at the end: the line goes on
	codeStyle   = 0x06 // followed by a pen that is written out
	codeRun     = 0x07 // followed by a number and a cell of rawCell bytes, which is there so often
)

// rawCell is how many bytes of a cell are kept in codeRaw: all but the style and
// the protection. Tails are left out. Their number in a row fits into 16 bits.
const rawCell = 3

const _ = uint16(rawCell * MaxCols)

func (b *block) reset(t *tables) {
	b.from = t
	b.data, b.ends = b.data[:0], b.ends[:0]
	b.pens = append(b.pens[:0], pen{})
	clear(b.links)
	b.links = append(b.links[:0], Link{})
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
		if len(b.pens) == maxPens {
			var n int
			if n, style = b.encodeDirect(padded[x:end], style); n > 0 {
				x += n
				continue
			}
		}
		c := padded[x]&^cellProtected ^ style
		if c&cellRendition != 0 {
			style ^= c & cellRendition
			c &^= cellRendition
			b.encodePen(style, t, index)
		}
		if c < utf8.RuneSelf && (x+1 == end || padded[x+1]^style >= utf8.RuneSelf) {
			b.data = append(b.data, byte(c))
			x++
			continue
		}
		n := b.encodeASCII(padded[x:], end-x, style)
		if n == 0 {
			n = b.encodeRun(padded[x:end], style)
		}
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

// minRun is how many characters of one kind make a run.
const minRun = 8

// encodeRun appends the run of single code points that cells begin with, if they
// begin with one, and returns how many cells it has.
func (b *block) encodeRun(cells []Cell, style Cell) int {
	c := cells[0]&^cellProtected ^ style
	width := c.columns()
	if c&^(cellRune|cellWide) != 0 || minRun*width > len(cells) || cells[0] != cells[(minRun-1)*width] {
		return 0
	}
	x := width
	for x < len(cells) && cells[x]&^cellProtected^style == c {
		x += width
	}
	n := x / width
	if n < minRun {
		return 0
	}
	b.data = binary.AppendUvarint(append(b.data, codeRun), uint64(n))
	b.data = append(b.data, byte(c), byte(c>>8), byte(c>>16))
	return x
}

// encodeRaw appends the single code points that cells begin with, as far as they
// are in one style and not two of ASCII follow one another, and returns how many
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
