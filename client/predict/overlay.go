package predict

import (
	"time"

	"gm/vt"
)

// Paint returns a copy of screen, the newest one, with the visible predictions.
func (p *Predictor) Paint(now time.Time, screen *vt.Screen) *vt.Screen {
	if p.mode == Never {
		return screen.Clone()
	}
	if s := p.lineEcho.draw(now, screen); s != nil {
		return s
	}
	s := screen.Clone()
	if p.show() {
		p.paintGuesses(s)
	}
	return s
}

func (p *Predictor) paintGuesses(screen *vt.Screen) {
	if cols, rows := screen.Size(); cols != p.cols || rows != p.rows {
		return
	}
	p.eachCell(func(x, y int, c *predictedCell) {
		switch {
		case p.visible(c.epoch):
			p.paintCell(screen, x, y, c.glyph)
		case c.covered != nil:
			p.paintCell(screen, x, y, c.covered.glyph)
		}
	})
	for _, c := range p.cursors {
		if p.visible(c.epoch) {
			screen.Cursor.X, screen.Cursor.Y, screen.Cursor.PendingWrap = c.x, c.y, c.wrap
		}
	}
}

func (p *Predictor) paintCell(screen *vt.Screen, x, y int, g glyph) {
	if g.unknown || g.tail || g.same(screenGlyph(screen, x, y)) {
		return
	}
	if g.blank() {
		screen.Erase(x, y, 1, g.rendition)
		return
	}
	look := g.rendition
	if !p.Plain && p.policy.underline() && look.Underline == vt.UnderlineNone {
		look.Underline = vt.UnderlineSingle
	}
	screen.SetText(x, y, g.text, g.width, look)
}
