package vt

import (
	"math/rand/v2"
	"testing"
)

// TestSetStyleIsShortest checks that setStyle emits the shorter of an incremental sequence
// and one starting at SGR 0, and that either sets the pen.
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
		reset := append(appendOn([]byte("\x1b[0"), Rendition{}, to), 'm')
		change := append(appendOn(appendOff([]byte("\x1b["), from, to), remainingStyle(from, to), to), 'm')
		if most := min(len(reset), len(change)); from != to && len(d.out) > most {
			t.Fatalf("from %+v to %+v: %q, possible in %d bytes", from, to, d.out, most)
		}
		term := NewTerminal(2, 1, Options{})
		term.screen.Pen = from
		if typedInto(term, string(d.out)); term.screen.Pen != to {
			t.Fatalf("from %+v to %+v: %q makes %+v", from, to, d.out, term.screen.Pen)
		}
	}
}
