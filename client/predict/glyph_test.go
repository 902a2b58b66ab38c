package predict

import (
	"testing"

	"gm/vt"
)

func TestIsSuggestion(t *testing.T) {
	grey := func(v uint8) vt.Rendition { return vt.Rendition{Fg: vt.RGBColor(v, v, v)} }
	palette := func(i uint8) vt.Rendition { return vt.Rendition{Fg: vt.PaletteColor(i)} }
	for _, test := range []struct {
		name string
		r    vt.Rendition
		want bool
	}{
		{"default", vt.Rendition{}, false},
		{"faint", vt.Rendition{Attrs: vt.Faint}, true},
		{"bold", vt.Rendition{Attrs: vt.Bold}, false},
		{"white", palette(7), false},
		{"bright black", palette(8), true},
		{"bright red", palette(9), false},
		{"the darkest greys", palette(237), false},
		{"the first grey", palette(238), true},
		{"the last grey", palette(248), true},
		{"the lightest greys", palette(249), false},
		{"too dark", grey(0x3f), false},
		{"the darkest", grey(0x40), true},
		{"the lightest", grey(0xa0), true},
		{"too light", grey(0xa1), false},
		{"not grey", vt.Rendition{Fg: vt.RGBColor(0x60, 0x60, 0x61)}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := isSuggestion(test.r); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestIsBorder(t *testing.T) {
	for _, test := range []struct {
		name, column string // the rows of the column; the third one is tested
		want         bool
	}{
		{"the first box-drawing character", "  ─  ", true},
		{"before it", "  \u24ff  ", false},
		{"the last block element", "  \u259f  ", true},
		{"after it", "  \u25a0  ", false},
		{"a single bar", "  |  ", false},
		{"bars above and below", " ||| ", true},
		{"two bars above", "|||  ", true},
		{"two bars below", "  |||", true},
		{"one bar above", " ||  ", false},
		{"one bar below", "  || ", false},
		{"letters", "aaaaa", false},
		{"digits", "11111", false},
		{"beyond ASCII", "£££££", false},
		{"a blank", "     ", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := vt.NewScreen(3, 5)
			for y, c := range []rune(test.column) {
				s.DrawText(1, y, string(c), vt.Rendition{})
			}
			if got := isBorder(s, screenGlyph(s, 1, 2), 1, 2); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// The number of a hyperlink is valid for one screen only.
func TestPredictionsHaveNoHyperlink(t *testing.T) {
	term := vt.NewTerminal(20, 4, vt.Options{})
	term.Write([]byte("\x1b]8;;http://example.org\a$ a"))
	if g := screenGlyph(term.Snapshot(), 2, 0); g.rendition.Link != 0 {
		t.Errorf("glyph with link %d", g.rendition.Link)
	}
	term.Write([]byte(" "))
	y := confirmedTypist(t)
	y.host = term.Snapshot()
	y.hostAcks()
	y.typeRead("b")
	y.eachCell(func(x, _ int, c *predictedCell) {
		if c.glyph.rendition.Link != 0 {
			t.Errorf("column %d: link %d", x, c.glyph.rendition.Link)
		}
	})
}
