package vt

// The rectangle operations (DEC STD 070, xterm ctlseqs). None moves the cursor.

// decera erases a rectangle (DECERA).
func (t *Terminal) decera(s *sequence) { t.eraseArea(s, false) }

// decsera erases what is not protected by DECSCA in a rectangle (DECSERA).
func (t *Terminal) decsera(s *sequence) { t.eraseArea(s, !t.guarded) }

func (t *Terminal) eraseArea(s *sequence, selective bool) {
	if a, ok := t.area(s, 0); ok {
		for y := a.y0; y < a.y1; y++ {
			t.erase(y, a.x0, a.x1, selective)
		}
	}
}

// decfra fills a rectangle with a character of 0x20 to 0x7e or 0xa0 up, in the
// current rendition (DECFRA).
func (t *Terminal) decfra(s *sequence) {
	c := s.at(0, 0)
	a, ok := t.area(s, 1)
	if !ok || c < 0x20 || c == del || c > 0x7e && c < 0xa0 || c > 0x10ffff {
		return
	}
	if runeWidth(rune(c)) != 1 {
		return
	}
	for y := a.y0; y < a.y1; y++ {
		t.screen.writable(y).fill(a.x0, a.x1, t.brush|Cell(c))
	}
}

// deccra copies a rectangle (DECCRA); there is one page. The two may overlap.
func (t *Terminal) deccra(s *sequence) {
	from, ok := t.area(s, 0)
	m := t.origin()
	x, y := m.left+s.count(6)-1, m.top+s.count(5)-1
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

// copyCells copies width cells of one row to another, or within it. A wide
// character that is copied in half is a blank there.
func (t *Terminal) copyCells(x0, y0, x1, y1, width int) {
	cells := append([]Cell(nil), t.screen.rows[y0].cells[x0:x0+width]...)
	if cells[0].Tail() {
		cells[0] &= cellStyle
	}
	if cells[width-1].Wide() {
		cells[width-1] &= cellStyle
	}
	r := t.screen.writable(y1)
	r.cut(x1)
	r.cut(x1 + width)
	r.touch(x1 + width)
	copy(r.cells[x1:], cells)
}

// rectangles is the extent that is one; the others are a stream.
const rectangles = 2

// decsace chooses what DECCARA and DECRARA change: a stream of characters from
// the first position to the last, or with 2 a rectangle (DECSACE).
func (t *Terminal) decsace(s *sequence) {
	if n := s.at(0, 0); n <= rectangles {
		t.extent = n
	}
}

// deccara sets attributes in an area (DECCARA).
func (t *Terminal) deccara(s *sequence) {
	t.eachRendition(s, func(r *Rendition) {
		for i := 4; i < max(s.n, 5); i++ {
			r.change(s.at(i, 0))
		}
	})
}

// decrara reverses attributes in an area (DECRARA).
func (t *Terminal) decrara(s *sequence) {
	t.eachRendition(s, func(r *Rendition) {
		for i := 4; i < max(s.n, 5); i++ {
			r.reverse(s.at(i, 0))
		}
	})
}

// change sets or resets one of the attributes that DECCARA knows: bold,
// underline, blink, inverse, invisible.
func (r *Rendition) change(n int) {
	switch n {
	case 0:
		r.Attrs &^= Bold | Blink | Inverse | Invisible
		r.Underline = UnderlineNone
	case 1, 4, 5, 7, 8, 22, 24, 25, 27, 28:
		r.one(n)
	}
}

// reverse toggles one of them, 0 all of them but invisible.
func (r *Rendition) reverse(n int) {
	switch n {
	case 0:
		r.Attrs ^= Bold | Blink | Inverse
		r.toggleUnderline()
	case 1, 5, 7, 8:
		r.Attrs ^= sgrOn[n]
	case 4:
		r.toggleUnderline()
	}
}

func (r *Rendition) toggleUnderline() {
	if r.Underline != UnderlineNone {
		r.Underline = UnderlineNone
	} else {
		r.Underline = UnderlineSingle
	}
}

// eachRendition changes the rendition of every character in the area that s
// names.
func (t *Terminal) eachRendition(s *sequence, change func(*Rendition)) {
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
		t.changeCells(y, x0, x1, change)
	}
}

func (t *Terminal) changeCells(y, x0, x1 int, change func(*Rendition)) {
	cells := t.screen.writable(y).cells
	if x0 > 0 && cells[x0].Tail() {
		x0--
	}
	if x1 < len(cells) && cells[x1].Tail() {
		x1++
	}
	t.screen.writable(y).touch(x1)
	known := false // that from becomes to
	var from, to uint16
	for x := x0; x < x1; x++ {
		if known && cells[x].style() == from {
			cells[x] = cells[x].withStyle(to)
			continue
		}
		if t.screen.tables.styles.crowded() {
			t.sweep()
			cells = t.screen.writable(y).cells
		}
		r := t.screen.Rendition(cells[x])
		change(&r)
		known, from, to = true, cells[x].style(), t.screen.tables.style(r)
		cells[x] = cells[x].withStyle(to)
	}
}
