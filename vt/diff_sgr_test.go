package vt

import (
	"math/rand/v2"
	"testing"
)

// TestSetStyleIsShortest checks that setStyle is never longer than a sequence starting
// at SGR 0, and that it sets the pen.
func TestSetStyleIsShortest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 10))
	color := func() Color {
		return [...]Color{0, 0, PaletteColor(1), PaletteColor(9), PaletteColor(200), RGBColor(1, 20, 255)}[r.IntN(6)]
	}
	pen := func() Rendition {
		return Rendition{
			Fg: color(), Bg: color(), UnderlineColor: color(),
			Attrs: Attrs(r.IntN(1<<9) & r.IntN(1<<9)), Underline: Underline(r.IntN(6) * r.IntN(2)),
		}
	}
	for range 20000 {
		from, to := pen(), pen()
		d := newDiffer(nil, NewScreen(2, 1), NewScreen(2, 1), Full())
		d.pen = from
		d.setStyle(to)
		reset := appendOn([]byte("\x1b[0"), Rendition{}, to)
		if most := len(reset) + len("m"); len(d.out) > most {
			t.Fatalf("from %+v to %+v: %q, starting at SGR 0 %d bytes", from, to, d.out, most)
		}
		term := NewTerminal(2, 1, Options{})
		term.screen.Pen = from
		if typedInto(term, string(d.out)); term.screen.Pen != to {
			t.Fatalf("from %+v to %+v: %q makes %+v", from, to, d.out, term.screen.Pen)
		}
	}
}
