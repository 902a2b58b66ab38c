package vt

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
	"unsafe"

	"gm/vt/picture"
)

// block is a run of encoded lines with the renditions that they use. Lines are only
// appended. A dropped block keeps only the number of its lines.
type block struct {
	first   uint64 // the number of the first line
	data    []byte
	ends    []uint32 // where each line ends in data
	pens    []pen    // pen 0 is the default
	links   []Link   // of pens that are spelled out
	dropped int      // the number of lines of a dropped block, else 0
}

func (b *block) size() int {
	return len(b.data) + penBytes*len(b.pens) + linkBytes*len(b.links)
}

// An encoded line is ASCII text, with 0 for a cell that was never written, and these
// codes, which no cell holds.
const (
	codePen     = 0x01 // followed by the number of a pen, a byte
	codeRaw     = 0x02 // followed by a number of bytes (16 bits) and cells of rawCell bytes
	codeCluster = 0x03 // followed by a length and a text
	codeWide    = 0x04 // the same, for a wide cluster
	codeWrapped = 0x05 // at the end of a line that continues
	codeStyle   = 0x06 // followed by a pen that is spelled out
	codeRun     = 0x07 // followed by a count and a cell of rawCell bytes to repeat
)

// rawCell is the number of bytes that codeRaw keeps of a cell: all but the style
// and the protection. Tails are left out. The number of bytes of a row fits into 16
// bits.
const rawCell = 3

const _ = uint16(rawCell * MaxCols)

func (b *block) lineSize(i int) int {
	if i == 0 {
		return int(b.ends[0])
	}
	return int(b.ends[i] - b.ends[i-1])
}

func (b *block) reset() {
	b.data, b.ends = b.data[:0], b.ends[:0]
	b.pens = append(b.pens[:0], pen{})
	clear(b.links)
	b.links = append(b.links[:0], Link{})
}

// release drops the lines and returns their memory, for another block.
func (b *block) release() (memory block) {
	memory = block{data: b.data, ends: b.ends, pens: b.pens, links: b.links}
	*b = block{first: b.first, dropped: len(b.ends)}
	return memory
}

func (b *block) head(n int) *block {
	return &block{
		first: b.first, data: slices.Clone(b.data[:b.ends[n-1]]), ends: slices.Clone(b.ends[:n]),
		pens: slices.Clone(b.pens), links: slices.Clone(b.links),
	}
}

func (b *block) encode(r *row, t *tables, index *penIndex) {
	end := min(r.end, r.columns())
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

// encodeASCII appends the ASCII characters and blanks of one style that cells begin
// with, at most limit, and returns their number.
func (b *block) encodeASCII(cells []Cell, limit int, style Cell) int {
	b.data = slices.Grow(b.data, len(cells))
	n := min(packASCII(b.data[len(b.data):cap(b.data)], cells, style), limit)
	b.data = b.data[:len(b.data)+n]
	return n
}

// minRun is the least number of equal characters that make a codeRun.
const minRun = 8

// encodeRun appends the run of equal single code points that cells begin with, if
// there is one, and returns the number of its cells.
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

// encodeRaw appends the single code points of one style that cells begin with, up
// to two successive ones of ASCII, and returns the number of their cells.
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

// encodeCluster appends the cluster in a cell, or nothing for the tail of a wide
// one, and returns the number of cells.
func (b *block) encodeCluster(c Cell, t *tables) int {
	if c.Tail() {
		return 1
	}
	code := byte(codeCluster)
	if c.Wide() {
		code = codeWide
	}
	text := t.clusters.list[c&cellRune]
	if picture.IsCell(text) { // the history has text alone
		b.data = append(b.data, ' ')
		return 1
	}
	b.data = binary.AppendUvarint(append(b.data, code), uint64(len(text)))
	b.data = append(b.data, text...)
	return 1
}

// pen is a rendition whose Link is an index in the links of its block.
type pen = Rendition

const (
	penBytes  = int(unsafe.Sizeof(pen{}))
	linkBytes = int(unsafe.Sizeof(Link{}))
)

// maxPens is the number of pens of a block that have numbers, of one byte. Further
// ones are spelled out where they are used, because a program that draws a picture
// has a new one for each cell.
const maxPens = 1 << 8

// Parts of a pen that is spelled out (codeStyle): a byte with a bit for each part that is
// not zero, and these parts, in order.
const (
	penFg        = 1 << iota // 32 bits
	penBg                    // 32 bits
	penUnderline             // the colour of the underline, 32 bits
	penAttrs                 // the attributes and the underline, 16 bits
	penLink                  // an index in the block's links, 16 bits
)

func (b *block) encodePen(c Cell, t *tables, index *penIndex) {
	rendition := c & cellRendition
	slot := &index[uint64(rendition)*0x9e3779b97f4a7c15>>(64-9)]
	switch {
	case slot.rendition == rendition:
	case len(b.pens) < maxPens || rendition == 0:
		p := t.rendition(c)
		p.Link = b.link(t.links.list[p.Link])
		slot.rendition, slot.number = rendition, uint8(len(b.pens))
		b.pens = append(b.pens, p)
	default:
		b.writePen(c, t)
		return
	}
	b.data = append(b.data, codePen, slot.number)
}

// encodeDirect appends the ASCII characters that cells begin with, as long as each
// has another rendition than the one before it and that is a single direct colour.
// It returns their number and the last rendition.
func (b *block) encodeDirect(cells []Cell, style Cell) (n int, last Cell) {
	data := slices.Grow(b.data, 8*len(cells))
	for _, c := range cells {
		rendition, char := c&cellRendition, c&^(cellRendition|cellProtected)
		parts := penParts[rendition>>directShift&3]
		if rendition == style || rendition&^(cellStyle|cellDirect) != 0 || parts == 0 || char >= utf8.RuneSelf {
			break
		}
		color := uint64(colorRGB) | uint64(rendition>>cellStyleShift)
		data = binary.LittleEndian.AppendUint64(data, codeStyle|parts<<8|color<<16|uint64(char)<<48)
		data = data[:len(data)-1]
		style = rendition
		n++
	}
	b.data = data
	return n, style
}

// penParts are the parts of pens that are a single direct colour.
var penParts = [4]uint64{cellDirectFg >> directShift: penFg, cellDirectBg >> directShift: penBg}

func (b *block) writePen(c Cell, t *tables) {
	var buf [2 + 3*4 + 2 + 2]byte
	r, n, parts := t.rendition(c), 2, byte(0)
	if r.Fg != 0 {
		binary.LittleEndian.PutUint32(buf[n:], uint32(r.Fg))
		n, parts = n+4, parts|penFg
	}
	if r.Bg != 0 {
		binary.LittleEndian.PutUint32(buf[n:], uint32(r.Bg))
		n, parts = n+4, parts|penBg
	}
	if r.UnderlineColor != 0 {
		binary.LittleEndian.PutUint32(buf[n:], uint32(r.UnderlineColor))
		n, parts = n+4, parts|penUnderline
	}
	if rendition := c & (cellAttrs | cellUnderline); rendition != 0 {
		binary.LittleEndian.PutUint16(buf[n:], uint16(rendition>>cellAttrsShift))
		n, parts = n+2, parts|penAttrs
	}
	if r.Link != 0 {
		binary.LittleEndian.PutUint16(buf[n:], b.link(t.links.list[r.Link]))
		n, parts = n+2, parts|penLink
	}
	buf[0], buf[1] = codeStyle, parts
	b.data = append(b.data, buf[:n]...)
}

// link returns the index of a link in the block. Cells of one link are usually
// adjacent, so only the last one is compared.
func (b *block) link(l Link) uint16 {
	switch last := len(b.links) - 1; {
	case l == Link{}:
		return 0
	case b.links[last] != l && last < maxBlockLinks:
		b.links = append(b.links, l)
	}
	return uint16(len(b.links) - 1)
}

// maxBlockLinks is the greatest number of links in a block, more than it has cells.
const maxBlockLinks = 1<<16 - 1

func readPen(data []byte) (p pen, rest []byte) {
	parts := data[0]
	data = data[1:]
	for i, c := range [...]*Color{&p.Fg, &p.Bg, &p.UnderlineColor} {
		if parts&(1<<i) != 0 {
			*c = Color(binary.LittleEndian.Uint32(data))
			data = data[4:]
		}
	}
	if parts&penAttrs != 0 {
		rendition := Cell(binary.LittleEndian.Uint16(data)) << cellAttrsShift
		p.Attrs, p.Underline = rendition.attrs(), rendition.underline()
		data = data[2:]
	}
	if parts&penLink != 0 {
		p.Link = binary.LittleEndian.Uint16(data)
		data = data[2:]
	}
	return p, data
}

func (b *block) cellBits(p pen, t *tables) Cell {
	p.Link = uint16(t.links.number(b.links[p.Link]))
	return t.renditionBits(p)
}

// penIndex finds the pens of the block that is written to by the rendition of a
// cell. Two renditions with the same hash replace each other. The zero slot is
// right too: the default rendition is pen 0.
type penIndex [512]struct {
	rendition Cell
	number    uint8
}

func (b *block) decode(dst []Cell, i int, t *tables) (cells []Cell, wrapped bool) {
	data := b.data[int(b.ends[i])-b.lineSize(i) : b.ends[i]]
	var style Cell
	for len(data) > 0 {
		var n int
		code := data[0]
		data = data[1:]
		switch code {
		case codePen:
			style, data = b.cellBits(b.pens[data[0]], t), data[1:]
		case codeStyle:
			var p pen
			p, data = readPen(data)
			style = b.cellBits(p, t)
		case codeRaw:
			n, data = int(binary.LittleEndian.Uint16(data)), data[2:]
			dst = appendRaw(dst, data[:n], style)
			data = data[n:]
		case codeRun:
			n, data = readUvarint(data)
			for range n {
				dst = appendRaw(dst, data[:rawCell], style)
			}
			data = data[rawCell:]
		case codeCluster, codeWide:
			n, data = readUvarint(data)
			c := t.textCell(string(data[:n])) | style
			if code == codeWide {
				c |= cellWide
			}
			dst = appendCharacter(dst, c)
			data = data[n:]
		case codeWrapped:
			wrapped = true
		default:
			dst = append(dst, Cell(code)|style)
		}
	}
	return dst, wrapped
}

func appendRaw(dst []Cell, data []byte, style Cell) []Cell {
	for ; len(data) > 0; data = data[rawCell:] {
		c := Cell(data[0]) | Cell(data[1])<<8 | Cell(data[2])<<16
		dst = appendCharacter(dst, c|style)
	}
	return dst
}

func appendCharacter(dst []Cell, c Cell) []Cell {
	dst = append(dst, c)
	if c.Wide() {
		dst = append(dst, c&^cellWide|cellTail)
	}
	return dst
}

func readUvarint(data []byte) (int, []byte) {
	v, n := binary.Uvarint(data)
	return int(v), data[n:]
}
