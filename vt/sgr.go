package vt

import "gm/vt/parser"

// apply performs SGR with the parameters p on r (ECMA-48, 8.3.117; ISO 8613-6 for
// colons; xterm ctlseqs). Unknown parameters change nothing.
func (r *Rendition) apply(p *parser.Params) {
	if p.N == 0 {
		r.clear()
		return
	}
	for i := 0; i < p.N; {
		switch n := p.At(i, 0); {
		case i+1 < p.N && p.IsSub(i+1):
			i = r.applyColons(p, i)
		case n == 38 || n == 48 || n == 58:
			i = r.applyColor(p, i)
		default:
			r.applyOne(n)
			i++
		}
	}
}

// clear is SGR 0. It keeps the hyperlink.
func (r *Rendition) clear() { *r = Rendition{Link: r.Link} }

// sgrOn is the attribute that each parameter sets.
var sgrOn = [...]Attrs{
	1: Bold, 2: Faint, 3: Italic, 5: Blink, 6: RapidBlink, 7: Inverse,
	8: Invisible, 9: Strike,
}

// sgrOff are the attributes that each parameter from 22 on resets.
var sgrOff = [...]Attrs{
	0: Bold | Faint, 1: Italic, 3: Blink | RapidBlink, 5: Inverse,
	6: Invisible, 7: Strike,
}

func (r *Rendition) applyOne(n int) {
	switch {
	case n == 0:
		r.clear()
	case n == 4:
		r.Underline = UnderlineSingle
	case n < len(sgrOn):
		r.Attrs |= sgrOn[n]
	case n == 21:
		r.Underline = UnderlineDouble
	case n == 24:
		r.Underline = UnderlineNone
	case n >= 22 && n < 22+len(sgrOff):
		r.Attrs &^= sgrOff[n-22]
	case n == 53:
		r.Attrs |= Overline
	case n == 55:
		r.Attrs &^= Overline
	default:
		r.applyBasicColor(n)
	}
}

func (r *Rendition) applyBasicColor(n int) {
	switch {
	case n >= 30 && n <= 37:
		r.Fg = PaletteColor(uint8(n - 30))
	case n == 39:
		r.Fg = 0
	case n >= 40 && n <= 47:
		r.Bg = PaletteColor(uint8(n - 40))
	case n == 49:
		r.Bg = 0
	case n == 59:
		r.UnderlineColor = 0
	case n >= 90 && n <= 97:
		r.Fg = PaletteColor(uint8(n - 90 + 8))
	case n >= 100 && n <= 107:
		r.Bg = PaletteColor(uint8(n - 100 + 8))
	}
}

// applyColor applies 38, 48 or 58 at i with its values after semicolons, and
// returns the index of the next parameter.
func (r *Rendition) applyColor(p *parser.Params, i int) int {
	switch p.At(i+1, 0) {
	case 5:
		if n := colorPart(p, i+2); n >= 0 {
			r.setColor(p.At(i, 0), indexed(n))
		}
		return i + 3
	case 2:
		if min(colorPart(p, i+2), colorPart(p, i+3), colorPart(p, i+4)) >= 0 {
			r.setColor(p.At(i, 0), direct(p, i+2))
		}
		return i + 5
	}
	return i + 2
}

// colorPart returns parameter i as a part of a colour: 0 if the sequence ends
// before it, -1 if it is empty, which keeps the colour (xterm).
func colorPart(p *parser.Params, i int) int {
	if i >= p.N {
		return 0
	}
	return int(p.Value[i])
}

// applyColons applies the parameter at i with its values after colons, and returns
// the index of the next parameter.
func (r *Rendition) applyColons(p *parser.Params, i int) int {
	end := i + 1
	for end < p.N && p.IsSub(end) {
		end++
	}
	switch n, count := p.At(i, 0), end-i-1; {
	case n == 4:
		if style := p.At(i+1, 0); style <= int(UnderlineDashed) {
			r.Underline = Underline(style)
		}
	case n != 38 && n != 48 && n != 58:
	case p.At(i+1, 0) == 5 && count >= 2:
		r.setColor(n, indexed(p.At(i+2, 0)))
	case p.At(i+1, 0) == 2 && count == 4: // without a colour space
		r.setColor(n, direct(p, i+2))
	case p.At(i+1, 0) == 2 && count >= 5:
		r.setColor(n, direct(p, i+3))
	}
	return end
}

func (r *Rendition) setColor(n int, c Color) {
	if c.IsDefault() {
		return
	}
	switch n {
	case 38:
		r.Fg = c
	case 48:
		r.Bg = c
	case 58:
		r.UnderlineColor = c
	}
}

func indexed(n int) Color {
	if n > 255 {
		return 0
	}
	return PaletteColor(uint8(n))
}

func direct(p *parser.Params, i int) Color {
	r, g, b := p.At(i, 0), p.At(i+1, 0), p.At(i+2, 0)
	if max(r, g, b) > 255 {
		return 0
	}
	return RGBColor(uint8(r), uint8(g), uint8(b))
}

const impossibleColor = ^Color(0)

func (t *Terminal) penChanged() {
	tables := t.screen.tables
	if tables.styles.nearlyFull() {
		t.compactTables() // which comes back here
		return
	}
	t.penCell = tables.renditionBits(t.screen.Pen) | t.penCell&cellProtected
}

func (t *Terminal) blank() Cell {
	if t.screen.Pen.Bg != t.blankOf {
		t.renewBlank()
	}
	return t.blankCell
}

func (t *Terminal) renewBlank() {
	t.blankOf = t.screen.Pen.Bg
	t.blankCell = t.screen.tables.renditionBits(Rendition{Bg: t.blankOf})
}

func (t *Terminal) sgr(s *parser.Sequence) {
	compactions, from := t.compactions, t.penCell&cellRendition
	was := t.screen.Pen
	t.screen.Pen.apply(&s.Params)
	if t.screen.Pen != was {
		t.penChanged()
	}
	if s.Short && compactions == t.compactions {
		t.remember(s.Text, from)
	}
}

func (p *performer) DirectColors(fg, bg uint32) {
	t := (*Terminal)(p)
	t.last.valid = false
	pen := &t.screen.Pen
	if fg != 0 {
		pen.Fg = Color(fg)
	}
	if bg != 0 {
		pen.Bg = Color(bg)
	} else if pen.Bg == 0 && pen.UnderlineColor == 0 && pen.Link == 0 {
		t.penCell = t.penCell&^(cellStyle|cellDirect) | directColor(Color(fg), cellDirectFg)
		return
	}
	t.penChanged()
}

// recentSGR caches the effect of SGR sequences on renditions, because programs
// repeat a few of them. Each slot has two entries, the newer first. The zero entry
// is right: no parameters keep the default rendition.
type recentSGR [512][2]recentEntry

// recentEntry is the effect of one sequence.
type recentEntry struct {
	text     parser.CSIText
	from, to Cell      // their renditions
	pen      Rendition // that of to
}

func (r *recentSGR) slot(text parser.CSIText, from Cell) *[2]recentEntry {
	h := text.Hash() ^ uint64(from>>cellAttrsShift)*0xff51afd7ed558ccd
	return &r[h>>(64-9)]
}

// ShortSGR performs the SGR sequence with these parameters if its effect is cached.
// It reports whether it is.
func (p *performer) ShortSGR(text parser.CSIText) bool {
	t := (*Terminal)(p)
	tables, from := t.screen.tables, t.penCell&cellRendition
	if tables.recent == nil {
		return false
	}
	slot := tables.recent.slot(text, from)
	known := &slot[0]
	if known.text != text || known.from != from {
		known = &slot[1]
		if known.text != text || known.from != from {
			return false
		}
	}
	if tables.styles.full() {
		return false
	}
	t.last.valid = false
	if known.to != from {
		t.penCell = t.penCell.withRendition(known.to)
		t.screen.Pen = known.pen
	}
	return true
}

// remember caches that the SGR sequence changed the rendition from to the present
// one. It does not if the table of styles is full, because then a number may
// represent another style.
func (t *Terminal) remember(text parser.CSIText, from Cell) {
	tables := t.screen.tables
	if tables.styles.full() {
		return
	}
	if tables.recent == nil {
		tables.recent = new(recentSGR)
	}
	slot := tables.recent.slot(text, from)
	slot[1] = slot[0]
	slot[0] = recentEntry{text, from, t.penCell & cellRendition, t.screen.Pen}
}

// forgetRecent clears the cache, because numbers of styles get other meanings.
func (t *tables) forgetRecent() {
	if t.recent != nil {
		*t.recent = recentSGR{}
	}
}

// Characters are protected in two ways that share a bit of the cell, as in xterm. DECSCA
// protects from DECSED, DECSEL and DECSERA (DEC STD 070). SPA protects from ED, EL and ECH
// too (ECMA-48, 8.3.129), but not from DECSERA, and until the next DECSCA or reset this
// holds for all protected characters.

func (t *Terminal) decsca(s *parser.Sequence) {
	t.protect(s.At(0, 0) == 1)
	t.eraseProtected = false
}

// startProtected is SPA. EPA is protect(false).
func (t *Terminal) startProtected() {
	t.protect(true)
	t.eraseProtected = true
}

func (t *Terminal) protect(on bool) {
	t.penCell &^= cellProtected
	if on {
		t.penCell |= cellProtected
	}
}
