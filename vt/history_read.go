package vt

import (
	"encoding/binary"
	"unicode/utf8"
)

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
	var style, wide Cell
	for len(data) > 0 {
		code := data[0]
		if code > codeWrapped {
			r, n := utf8.DecodeRune(data)
			dst = appendCharacter(dst, Cell(r)|style, wide)
			data, wide = data[n:], 0
			continue
		}
		var n int
		data = data[1:]
		switch code {
		case codeWrapped:
			wrapped = true
		case codeWide:
			wide = cellWide
		case codePen:
			n, data = number(data)
			style = b.pens[n].style(t)
		case codeBlank:
			for n, data = number(data); n > 0; n-- {
				dst = append(dst, style)
			}
		case codeCluster:
			n, data = number(data)
			dst = appendCharacter(dst, t.textCell(string(data[:n]))|style, wide)
			data, wide = data[n:], 0
		}
	}
	return dst, wrapped
}

func appendCharacter(dst []Cell, c, wide Cell) []Cell {
	dst = append(dst, c|wide)
	if wide != 0 {
		dst = append(dst, c|cellTail)
	}
	return dst
}

func number(data []byte) (int, []byte) {
	v, n := binary.Uvarint(data)
	return int(v), data[n:]
}

func (p pen) style(t *tables) Cell {
	r := p.Rendition
	r.Link = uint16(t.links.number(p.link))
	return Cell(0).withStyle(t.style(r))
}
