package vt

import (
	"fmt"
	"testing"
	"unicode"
)

// TestWidthCache compares the cached widths with runeWidth for every code point.
func TestWidthCache(t *testing.T) {
	var m widthCache
	for range 2 {
		for r := range rune(unicode.MaxRune + 1) {
			if got, want := m.of(r), runeWidth(r); got != want {
				t.Fatalf("%U: %d, want %d", r, got, want)
			}
		}
	}
	if m.last == 1<<8-1 {
		t.Error("there are more distinct blocks than the cache holds")
	}
}

// TestFullWidthCache checks that a full cache keeps its blocks and that other blocks
// still have their widths.
func TestFullWidthCache(t *testing.T) {
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

// TestAmbiguousTableMatchesUnicodeVersion fails if the unicode package is updated: the
// additions of the new version belong in ambiguousTable.
func TestAmbiguousTableMatchesUnicodeVersion(t *testing.T) {
	if unicode.Version != "15.0.0" {
		t.Errorf("the unicode package is of version %s", unicode.Version)
	}
}

func TestAmbiguousWidth(t *testing.T) {
	for _, r := range "\u00ad\u0600\u1160\u11ff\u200b\u200d\u2630\u2637\u268a\u3248\u4dc0\ud7b0\ufe0f\u0378" +
		"\U0001fae8\U0001f6dc\U0001f1e9\U0001f3fd\U00031350\U000323af\U000e0020\U0001fa89\U0010ffff" {
		if !ambiguousWidth(r) {
			t.Errorf("%U is not ambiguous", r)
		}
	}
	for _, r := range "a~\u00a0éñ\u0301Ωжא─█▒☃★世界한글あア\ue0b0😀🚀\U00020000" {
		if ambiguousWidth(r) {
			t.Errorf("%U is ambiguous", r)
		}
	}
}

// TestDiffAroundAmbiguousWidths checks that a character of ambiguous width is followed
// by an absolute move, that the cells it may overlap are printed again, and that it
// does not wrap at the edge.
func TestDiffAroundAmbiguousWidths(t *testing.T) {
	for _, c := range []struct {
		from, to, want string
	}{
		{"", "a☰b", "a☰\x1b[1;4Hb\r"},
		{"a☰b", "a☰c", "\x1b[3Cc\r"},
		{"a...b", "a☰.b", "a☰\x1b[H"},
		{"a-bc", "a\u00adbc", "a\u00ad\x1b[1;3Hb\r"},
		{"", "12345678☰", "12345678☰\x1b[H"},
		{"", "123456789\u00ad", "123456789\x1b[?7l\u00ad\x1b[?7h\x1b[H"},
		{"", "世界", "世界\r"},
	} {
		t.Run(fmt.Sprintf("%q to %q", c.from, c.to), func(t *testing.T) {
			from, to := textScreen(10, 1, c.from), textScreen(10, 1, c.to)
			diff := AppendDiff(nil, from, to, Stock())
			if string(diff) != c.want {
				t.Errorf("%q, want %q", diff, c.want)
			}
			got, err := receiveDiff(from, diff, Stock())
			if err != nil {
				t.Error(err)
			} else if !got.EqualIn(to, Stock()) {
				t.Errorf("the receiver shows %q", rowText(got, 0))
			}
		})
	}
}
