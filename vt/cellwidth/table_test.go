package cellwidth

import (
	"testing"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// TestLibraryWidth compares the tables with the library for every code point, and beyond.
func TestLibraryWidth(t *testing.T) {
	library := runewidth.Condition{StrictEmojiNeutral: true}
	for r := rune(-1); r <= unicode.MaxRune+1; r++ {
		if got, want := libraryWidth(r), library.RuneWidth(r); got != want {
			t.Fatalf("%U: %d, in the library %d", r, got, want)
		}
	}
}

// TestTablesAreSorted holds what the search requires.
func TestTablesAreSorted(t *testing.T) {
	for name, ranges := range map[string][]codeRange{"noWidth": noWidth[:], "doubleWidth": doubleWidth[:]} {
		t.Run(name, func(t *testing.T) {
			last := rune(-1)
			for _, c := range ranges {
				if c.first <= last || c.last < c.first {
					t.Errorf("%U to %U comes after %U", c.first, c.last, last)
				}
				last = c.last
			}
		})
	}
}
