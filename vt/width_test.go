package vt

import (
	"testing"
	"unicode"
)

// TestWidthMemory: what is remembered is what was found, for every code point.
func TestWidthMemory(t *testing.T) {
	var m widthCache
	for range 2 {
		for r := range rune(unicode.MaxRune + 1) {
			if got, want := m.of(r), runeWidth(r); got != want {
				t.Fatalf("%U: %d, want %d", r, got, want)
			}
		}
	}
	if m.last == 1<<8-1 {
		t.Error("there are more different blocks than are remembered")
	}
}

// A memory that is full forgets nothing, and what it has no room for is found as
// before.
func TestWidthMemoryFull(t *testing.T) {
	m := widthCache{last: 1<<8 - 1}
	for range 2 {
		for r := range rune(cachedPlanes << 16) {
			if got, want := m.of(r), runeWidth(r); got != want {
				t.Fatalf("%U: %d, want %d", r, got, want)
			}
		}
	}
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
