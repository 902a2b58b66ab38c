package vt

import "github.com/mattn/go-runewidth"

// widths is the policy for the width of code points: ambiguous ones are narrow.
var widths = runewidth.Condition{StrictEmojiNeutral: true}

// runeWidth gives the number of columns that a code point takes: 0, 1 or 2.
func runeWidth(r rune) int {
	w := quickWidth(r)
	if w == mixedWidth {
		w = searchedWidth(r)
	}
	return w
}

// mixedWidth is the width of a block of code points that have several.
const mixedWidth = '?' - '0'

// quickWidth gives the width of a code point if it is that of its whole block,
// else mixedWidth. It is small enough to be inlined.
func quickWidth(r rune) int { return int(blockWidths[min(uint32(r)/64, manyBlocks)] - '0') }

// searchedWidth is runeWidth without the short cut. It departs from the library
// where xterm and the libcs agree: the soft hyphen is visible, and the vowels
// and final consonants of decomposed Hangul stand in the columns of the
// consonant before them.
func searchedWidth(r rune) int {
	switch {
	case r == '\u00ad':
		return 1
	case r >= '\u1160' && r <= '\u11ff' || r >= '\ud7b0' && r <= '\ud7ff':
		return 0
	}
	return widths.RuneWidth(r)
}
