package vt

// penChanged renews what is derived from the pen.
func (t *Terminal) penChanged() {
	if t.screen.tables.styles.crowded() {
		t.sweep() // which comes back here
		return
	}
	tables, pen := t.screen.tables, t.screen.Pen
	protected := t.brush & cellProtected
	t.brush = tables.renditionBits(pen) | protected
	t.blank = 0
	if !pen.Bg.IsDefault() {
		t.blank = tables.renditionBits(Rendition{Bg: pen.Bg})
	}
}

// sgr selects graphic rendition (SGR).
func (t *Terminal) sgr(s *sequence) {
	tables, from := t.screen.tables, t.brush.lookKey()
	was := t.screen.Pen
	t.screen.Pen.apply(&s.params)
	if t.screen.Pen != was {
		t.penChanged()
	}
	if s.short && tables == t.screen.tables {
		t.remember(s.sgr, from)
	}
}
