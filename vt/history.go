package vt

import "encoding/binary"

// Limits of the history.
const (
	MaxHistory      = 100_000  // lines
	maxHistoryBytes = 16 << 20 // of blocks
	historyBlock    = 16 << 10 // bytes of a block; a longer line has one of its own
)

// history is what scrolled off the main screen, oldest first: encoded lines in
// blocks. The oldest block goes whole when a limit is passed.
type history struct {
	limit    int // lines to keep; 0 keeps nothing
	blocks   []*block
	newest   *block // the last of blocks, or nil
	lines    int
	bytes    int       // of all blocks but the newest
	spare    *block    // one that went, for its memory
	penIndex *penIndex // of the newest block; nil if there was none yet
}

// push appends a row and returns how many bytes it takes.
func (h *history) push(r *row, t *tables) (size int) {
	if h.limit == 0 {
		return 0
	}
	b := h.newest
	if b == nil || len(b.data) >= historyBlock || b.from != t {
		b = h.open(t)
	}
	was := len(b.data)
	b.encode(r, t, h.penIndex)
	b.ends = append(b.ends, uint32(len(b.data)))
	h.lines++
	return len(b.data) - was
}

// open makes a new block to append to, and drops those that are too many.
func (h *history) open(t *tables) *block {
	if h.newest != nil {
		h.bytes += h.newest.size()
	}
	for len(h.blocks) > 0 && (h.lines > h.limit+len(h.blocks[0].ends) || h.bytes > maxHistoryBytes) {
		h.dropOldest()
	}
	b := h.spare
	h.spare = nil
	if b == nil {
		b = &block{data: make([]byte, 0, historyBlock+historyBlock/8)}
	}
	b.reset(t)
	if h.penIndex == nil {
		h.penIndex = new(penIndex)
	}
	h.penIndex.reset()
	h.blocks, h.newest = append(h.blocks, b), b
	return b
}

func (h *history) dropOldest() {
	b := h.blocks[0]
	h.lines -= len(b.ends)
	h.bytes -= b.size()
	h.spare = b
	n := copy(h.blocks, h.blocks[1:])
	h.blocks[n] = nil
	h.blocks = h.blocks[:n]
}

// dropNewest drops the last n lines.
func (h *history) dropNewest(n int) {
	h.lines -= n
	for ; n > 0; n-- {
		b := h.newest
		kept := len(b.ends) - 1
		b.ends = b.ends[:kept]
		if kept > 0 {
			b.data = b.data[:b.ends[kept-1]]
			continue
		}
		h.blocks = h.blocks[:len(h.blocks)-1]
		h.newest = nil
		if last := len(h.blocks) - 1; last >= 0 {
			h.newest = h.blocks[last]
			h.bytes -= h.newest.size()
		}
	}
	h.penIndex.reset() // the pens of an older block are not known any more
}

func (h *history) clear() { *h = history{limit: h.limit} }

// HistoryLen gives the number of lines that scrolled off the main screen and
// are kept.
func (t *Terminal) HistoryLen() int { return min(t.history.lines, t.history.limit) }

// AppendHistory appends the cells of a line of the history, 0 being the one
// that scrolled off last, as cells of the present screen, without the blanks at
// its end. wrapped says that the line goes on in the next.
func (t *Terminal) AppendHistory(dst []Cell, line int) (cells []Cell, wrapped bool) {
	if line < 0 || line >= t.HistoryLen() {
		return dst, false
	}
	for i := len(t.history.blocks) - 1; i >= 0; i-- {
		b := t.history.blocks[i]
		if n := len(b.ends); line >= n {
			line -= n
			continue
		}
		return b.decode(dst, len(b.ends)-1-line, t.screen.tables)
	}
	return dst, false
}

// decode appends line i of the block.
func (b *block) decode(dst []Cell, i int, t *tables) (cells []Cell, wrapped bool) {
	start := uint32(0)
	if i > 0 {
		start = b.ends[i-1]
	}
	data := b.data[start:b.ends[i]]
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

// appendRaw appends the cells of a codeRaw.
func appendRaw(dst []Cell, data []byte, style Cell) []Cell {
	for ; len(data) > 0; data = data[rawCell:] {
		c := Cell(data[0]) | Cell(data[1])<<8 | Cell(data[2])<<16
		dst = appendCharacter(dst, c|style)
	}
	return dst
}

// appendCharacter appends a cell, and the tail that belongs to a wide one.
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
