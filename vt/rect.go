package vt

import (
	"gm/vt/cellwidth"
	"gm/vt/parser"
)

// Rectangle operations (DEC STD 070, xterm ctlseqs) do not move the cursor.

func (t *Terminal) decera(s *parser.Sequence) { t.eraseArea(s, false) }

// decsera erases the cells of a rectangle that DECSCA does not protect (DECSERA).
func (t *Terminal) decsera(s *parser.Sequence) { t.eraseArea(s, !t.eraseProtected) }

func (t *Terminal) eraseArea(s *parser.Sequence, selective bool) {
	if a, ok := t.area(s, 0); ok {
		for y := a.y0; y < a.y1; y++ {
			t.erase(y, a.x0, a.x1, selective)
		}
	}
}

// decfra fills a rectangle with a character of 0x20 to 0x7e or from 0xa0 up, in the
// current rendition (DECFRA).
func (t *Terminal) decfra(s *parser.Sequence) {
	c := s.At(0, 0)
	a, ok := t.area(s, 1)
	if !ok || c < 0x20 || c == del || c > 0x7e && c < 0xa0 || c > 0x10ffff {
		return
	}
	if cellwidth.Of(rune(c)) != 1 {
		return
	}
	for y := a.y0; y < a.y1; y++ {
		t.work += (a.x1 - a.x0) / cheapFill
		t.screen.writable(y).fill(a.x0, a.x1, t.penCell|Cell(c))
	}
}

// deccra copies a rectangle (DECCRA). There is one page. Source and destination may
// overlap.
func (t *Terminal) deccra(s *parser.Sequence) {
	from, ok := t.area(s, 0)
	m := t.origin()
	x, y := m.left+s.Count(6)-1, m.top+s.Count(5)-1
	width, height := min(from.x1-from.x0, m.right+1-x), min(from.y1-from.y0, m.bottom+1-y)
	if !ok || width <= 0 || height <= 0 {
		return
	}
	for i := range height {
		if y > from.y0 {
			i = height - 1 - i
		}
		t.copyCells(from.x0, from.y0+i, x, y+i, width)
	}
}

// copyCells copies width cells of one row to another, or within it. Half of a wide
// character becomes a blank.
func (t *Terminal) copyCells(x0, y0, x1, y1, width int) {
	if x0 == x1 && y0 == y1 {
		return
	}
	t.work += width / cheapMove
	r, end := t.screen.writable(y1), x1+width
	from := t.screen.rows[y0].cells[x0 : x0+width]
	before, after := r.cells[x1].Tail(), end < len(r.cells) && r.cells[end].Tail()
	r.touch(end)
	cells := r.cells[x1:end]
	copy(cells, from)
	if before && x1 > 0 {
		r.cells[x1-1] &= cellRendition
	}
	if after {
		r.cells[end] &= cellRendition
	}
	if cells[0].Tail() {
		cells[0] &= cellRendition
	}
	if cells[width-1].Wide() {
		cells[width-1] &= cellRendition
	}
}

// rectangles is the extent of DECSACE for rectangles; others are for a stream.
const rectangles = 2

// decsace selects the cells that DECCARA and DECRARA change: a stream of characters
// from the first position to the last, or with 2 a rectangle (DECSACE).
func (t *Terminal) decsace(s *parser.Sequence) {
	if n := s.At(0, 0); n <= rectangles {
		t.extent = n
	}
}

func (t *Terminal) deccara(s *parser.Sequence) {
	var clear, set Cell
	for i := 4; i < max(s.N, 5); i++ {
		off, on := attributeChange(s.At(i, 0))
		clear, set = clear|off, set&^off|on
	}
	t.eachArea(s, func(cells []Cell) {
		for x, c := range cells {
			cells[x] = c&^clear | set
		}
	})
}

func (t *Terminal) decrara(s *parser.Sequence) {
	var toggled Cell
	underlines := 0
	for i := 4; i < max(s.N, 5); i++ {
		attrs, underline := attributeReversal(s.At(i, 0))
		toggled ^= Cell(attrs) << cellAttrsShift
		underlines += underline
	}
	t.eachArea(s, func(cells []Cell) {
		switch {
		case underlines == 0:
			for x := range cells {
				cells[x] ^= toggled
			}
		case underlines%2 == 0:
			for x, c := range cells {
				cells[x] = toggleUnderline(toggleUnderline(c)) ^ toggled
			}
		default:
			for x, c := range cells {
				cells[x] = toggleUnderline(c) ^ toggled
			}
		}
	})
}

// The attributes of DECCARA and DECRARA: bold, blink, inverse and invisible, and
// underline, which has more than two values.
const (
	areaAttrs  = Bold | Blink | Inverse | Invisible
	underlined = Cell(UnderlineSingle) << cellUnderlineShift
)

// attributeChange returns the bits of a cell that a parameter of DECCARA clears,
// and those that it sets then.
func attributeChange(n int) (clear, set Cell) {
	switch n {
	case 0:
		return Cell(areaAttrs)<<cellAttrsShift | cellUnderline, 0
	case 4:
		return cellUnderline, underlined
	case 24:
		return cellUnderline, 0
	case 1, 5, 7, 8:
		set = Cell(sgrOn[n]) << cellAttrsShift
		return set, set
	case 22, 25, 27, 28:
		return Cell(sgrOff[n-22]) << cellAttrsShift, 0
	}
	return 0, 0
}

// attributeReversal returns the attributes that a parameter of DECRARA toggles. 0
// stands for all but invisible.
func attributeReversal(n int) (attrs Attrs, underline int) {
	switch n {
	case 0:
		return Bold | Blink | Inverse, 1
	case 1, 5, 7, 8:
		return sgrOn[n], 0
	case 4:
		return 0, 1
	}
	return 0, 0
}

func toggleUnderline(c Cell) Cell {
	if c&cellUnderline != 0 {
		return c &^ cellUnderline
	}
	return c | underlined
}

func (t *Terminal) eachArea(s *parser.Sequence, change func(cells []Cell)) {
	a, ok := t.area(s, 0)
	if !ok {
		return
	}
	m := t.origin()
	for y := a.y0; y < a.y1; y++ {
		x0, x1 := a.x0, a.x1
		if t.extent != rectangles {
			if y > a.y0 {
				x0 = m.left
			}
			if y < a.y1-1 {
				x1 = m.right + 1
			}
		}
		if x0 >= x1 {
			continue
		}
		r := t.screen.writable(y)
		if x0 > 0 && r.cells[x0].Tail() {
			x0--
		}
		if x1 < len(r.cells) && r.cells[x1].Tail() {
			x1++
		}
		r.touch(x1)
		t.work += x1 - x0
		change(r.cells[x0:x1])
	}
}
