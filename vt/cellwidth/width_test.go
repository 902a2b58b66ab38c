package cellwidth

import (
	"testing"
	"unicode"
)

// TestCache compares the cached widths with Of for every code point.
func TestCache(t *testing.T) {
	var m Cache
	for range 2 {
		for r := range rune(unicode.MaxRune + 1) {
			if got, want := m.Of(r), Of(r); got != want {
				t.Fatalf("%U: %d, want %d", r, got, want)
			}
		}
	}
	if m.last == 1<<8-1 {
		t.Error("there are more distinct blocks than the cache holds")
	}
}

// TestFullCache checks that a full cache keeps its blocks and that other blocks
// still have their widths.
func TestFullCache(t *testing.T) {
	m := Cache{last: 1<<8 - 1}
	for range 2 {
		for r := range rune(cachedPlanes << 16) {
			if got, want := m.Of(r), Of(r); got != want {
				t.Fatalf("%U: %d, want %d", r, got, want)
			}
		}
	}
}

func TestOf(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"aé\u00adλж█─€∀", 1}, {"日本語가ａ👍🏽", 2}, {"\u0301\u200b\u200d\ufe0f\u1161\u11a8\ud7b0\U000e0100", 0},
		{"\ue000\U00010000\U0010fffd", 1},
	} {
		for _, r := range c.text {
			if got := Of(r); got != c.want {
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

func TestAmbiguous(t *testing.T) {
	for _, r := range "\u00ad\u0600\u1160\u11ff\u200b\u200d\u2630\u2637\u268a\u3248\u4dc0\ud7b0\ufe0f\u0378" +
		"\U0001fae8\U0001f6dc\U0001f1e9\U0001f3fd\U00031350\U000323af\U000e0020\U0001fa89\U0010ffff" {
		if !Ambiguous(r) {
			t.Errorf("%U is not ambiguous", r)
		}
	}
	for _, r := range "a~\u00a0éñ\u0301Ωжא─█▒☃★世界한글あア\ue0b0😀🚀\U00020000" {
		if Ambiguous(r) {
			t.Errorf("%U is ambiguous", r)
		}
	}
}
