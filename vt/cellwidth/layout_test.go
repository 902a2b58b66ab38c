package cellwidth

import (
	"fmt"
	"testing"
	"unicode"
)

// TestVaries lists the code points whose width depends on the user's terminal.
func TestVaries(t *testing.T) {
	listed := rangeTable(
		0x1160, 0x11ff, // Hangul vowels and finals
		0x1f1e6, 0x1f1ff, // regional indicators
		0x1f3fb, 0x1f3ff, // skin tones
		// Emoji of Unicode 15.
		0x1f6dc, 0x1f6dc, 0x1fa75, 0x1fa77, 0x1fa87, 0x1fa88, 0x1faad, 0x1faaf, 0x1fabb, 0x1fabd, 0x1fabf, 0x1fabf,
		0x1face, 0x1facf, 0x1fada, 0x1fadb, 0x1fae8, 0x1fae8, 0x1faf7, 0x1faf8,
	)
	for r := range rune(unicode.MaxRune + 1) {
		if want := unicode.Is(listed, r); Varies(r) != want {
			t.Errorf("Varies(%U) is %v", r, !want)
		}
	}
}

// TestAmbiguousEdges has code points on both sides of the bounds of ambiguous ranges.
func TestAmbiguousEdges(t *testing.T) {
	for _, c := range []struct{ before, first, last, after rune }{
		{0xac, 0xad, 0xad, 0xae}, {0x115f, 0x1160, 0x11ff, 0x1200}, {0x262f, 0x2630, 0x2637, 0x2638},
		{0x4dbf, 0x4dc0, 0x4dff, 0x4e00}, {0xd7a3, 0xd7b0, 0xd7ff, 0xe000}, {0xfe0d, 0xfe0e, 0xfe0f, 0xfe10},
		{0x1fa74, 0x1fa75, 0x1fa77, 0x1fa78}, {0x1fa86, 0x1fa87, 0x1fa88, 0x1fa80}, {0x1faac, 0x1faad, 0x1faaf, 0x1fab0},
		{0x1f3fa, 0x1f3fb, 0x1f3ff, 0x1f400}, {0x1f1e5, 0x1f1e6, 0x1f1ff, 0x1f200}, {0x10fffd, 0xe0000, 0xe0fff, 0xf0000},
	} {
		t.Run(fmt.Sprintf("%U to %U", c.first, c.last), func(t *testing.T) {
			if !Ambiguous(c.first) || !Ambiguous(c.last) {
				t.Error("the width is not ambiguous")
			}
			for _, r := range []rune{c.before, c.after} {
				if Ambiguous(r) && unicode.In(r, assigned...) {
					t.Errorf("the width of %U is ambiguous", r)
				}
			}
		})
	}
}

// TestKeycapBases lists the characters of ASCII that U+FE0F makes emoji.
func TestKeycapBases(t *testing.T) {
	for r := range rune(0x80) {
		want := r == '#' || r == '*' || r >= '0' && r <= '9'
		if got := (Known | WideKeycap).Widens(r); got != want {
			t.Errorf("U+FE0F widens %q: %v", r, got)
		}
	}
}
