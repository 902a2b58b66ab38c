package vt

import "gm/vt/parser"

// noColor is no Color.
const noColor = ^Color(0)

// penChanged renews what is derived from the pen.
func (t *Terminal) penChanged() {
	tables := t.screen.tables
	if tables.styles.nearlyFull() {
		t.compactTables() // which comes back here
		return
	}
	t.brush = tables.renditionBits(t.screen.Pen) | t.brush&cellProtected
}

// blank returns what erasing leaves: a blank in the background colour.
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

// sgr selects graphic rendition (SGR).
func (t *Terminal) sgr(s *parser.Sequence) {
	compactions, from := t.compactions, t.brush&cellRendition
	was := t.screen.Pen
	t.screen.Pen.apply(&s.Params)
	if t.screen.Pen != was {
		t.penChanged()
	}
	if s.Short && compactions == t.compactions {
		t.remember(s.Text, from)
	}
}

// DirectColors sets the colours of the pen that are not the default.
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
		t.brush = t.brush&^(cellStyle|cellDirect) | directColor(Color(fg), cellDirectFg)
		return
	}
	t.penChanged()
}
