package vt

import (
	"testing"
	"unicode"
)

// The table has what Unicode 15.0 added; what a newer unicode package knows
// must be added to it.
func TestContestedTableIsOfThisUnicode(t *testing.T) {
	if unicode.Version != "15.0.0" {
		t.Errorf("the unicode package is of version %s", unicode.Version)
	}
}

func TestContested(t *testing.T) {
	for _, r := range "\u00ad\u0600\u1160\u11ff\u200b\u200d\u2630\u2637\u268a\u3248\u4dc0\ud7b0\ufe0f\u0378" +
		"\U0001fae8\U0001f6dc\U0001f1e9\U0001f3fd\U00031350\U000323af\U000e0020\U0001fa89\U0010ffff" {
		if !ambiguousWidth(r) {
			t.Errorf("%U is not ambiguousWidth", r)
		}
	}
	for _, r := range "a~\u00a0éñ\u0301Ωжא─█▒☃★世界한글あア\ue0b0😀🚀\U00020000" {
		if ambiguousWidth(r) {
			t.Errorf("%U is ambiguousWidth", r)
		}
	}
}

// A character of ambiguousWidth width is followed by an absolute move, what it may
// cover is printed again, and at the edge it can not wrap.
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
		from, to := textScreen(10, 1, c.from), textScreen(10, 1, c.to)
		diff := AppendDiff(nil, from, to, Stock())
		if string(diff) != c.want {
			t.Errorf("%q to %q: %q, want %q", c.from, c.to, diff, c.want)
		}
		got, err := readDiff(from, diff, Stock())
		if err != nil {
			t.Error(err)
		} else if !got.EqualIn(to, Stock()) {
			t.Errorf("%q to %q: shows %q", c.from, c.to, rowText(got, 0))
		}
	}
}
