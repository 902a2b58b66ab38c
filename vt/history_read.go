package vt

import "encoding/binary"

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
			style, data = b.look(b.pens[data[0]], t), data[1:]
		case codeStyle:
			var p pen
			p, data = readPen(data)
			style = b.look(p, t)
		case codeRaw:
			n, data = int(binary.LittleEndian.Uint16(data)), data[2:]
			dst = appendRaw(dst, data[:n], style)
			data = data[n:]
		case codeRun:
			n, data = number(data)
			for range n {
				dst = appendRaw(dst, data[:rawCell], style)
			}
			data = data[rawCell:]
		case codeCluster, codeWide:
			n, data = number(data)
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

func number(data []byte) (int, []byte) {
	v, n := binary.Uvarint(data)
	return int(v), data[n:]
}
