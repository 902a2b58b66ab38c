package vt

import (
	"strings"
	"testing"
)

// TestBlockWidths: the short cut says of every code point what the search says,
// and knows every block that it can know. A change of the library's tables shows
// here: the failure is the new line.
func TestBlockWidths(t *testing.T) {
	const perLine = 64
	for line := range rune(len(blockWidths) / perLine) {
		var want strings.Builder
		for block := line * perLine; block < (line+1)*perLine; block++ {
			want.WriteByte(blockWidth(block))
		}
		if got := blockWidths[line*perLine:][:perLine]; got != want.String() {
			t.Errorf("U+%X000:\n got %s\nwant %s", line, got, want.String())
		}
	}
}

// blockWidth gives the common width of a block of 64 code points.
func blockWidth(block rune) byte {
	width := searchedWidth(block * 64)
	for r := block * 64; r < (block+1)*64; r++ {
		if searchedWidth(r) != width {
			return '?'
		}
	}
	return '0' + byte(width)
}

func TestRuneWidth(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"aé\u00adλж█─€∀", 1}, {"日本語가ａ👍🏽", 2}, {"\u0301\u200b\u200d\ufe0f\u1161\u11a8\ud7b0\U000e0100", 0},
		{"\ue000\U00010000\U0010fffd", 1},
	} {
		for _, r := range c.text {
			if got := runeWidth(r); got != c.want {
				t.Errorf("%U: %d, want %d", r, got, c.want)
			}
		}
	}
}
