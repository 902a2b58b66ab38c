package vt

import "gm/vt/parser"

// recentSGR remembers what SGR sequences made of which style: programs use the
// same few again and again. Each has two places, the newer one first. The zero
// value knows that no parameters leave the default as it is, which is right.
type recentSGR [512][2]recalled

// recalled is what one sequence does.
type recalled struct {
	text     parser.CSIText
	from, to Cell      // their renditions
	pen      Rendition // that of to
}

func (r *recentSGR) slot(text parser.CSIText, from Cell) *[2]recalled {
	h := text.Hash() ^ uint64(from>>cellAttrsShift)*0xff51afd7ed558ccd
	return &r[h>>(64-9)]
}

// ShortSGR does the SGR sequence with these parameters if it is known what it
// does; else it says false.
func (p *performer) ShortSGR(text parser.CSIText) bool {
	t := (*Terminal)(p)
	tables, from := t.screen.tables, t.brush&cellRendition
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
		t.brush = t.brush.withRendition(known.to)
		t.screen.Pen = known.pen
	}
	return true
}

// remember notes that the SGR sequence with these parameters has led from a
// style to the present one. When the table of styles is full a number may stand
// for another style.
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
	slot[0] = recalled{text, from, t.brush & cellRendition, t.screen.Pen}
}

// forget forgets what SGR sequences led to, as numbers of styles get other meanings.
func (t *tables) forget() {
	if t.recent != nil {
		*t.recent = recentSGR{}
	}
}
