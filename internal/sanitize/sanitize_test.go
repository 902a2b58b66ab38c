package sanitize

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "",
		"plain \u00e9\n\ttab":         "plain \u00e9\n\ttab",
		"\x1b[2J\r\n":                 "?[2J\n",
		"\u009b31m":                   "?31m",
		"\x9b31m":                     "\ufffd31m",
		"\x00\x07\x7f":                "???",
		"\u202eabc\u2066\u2069\u200f": "abc",
		"soft\u00adhyphen\ufeff":      "softhyphen",
		"tag\U000e0041\U000e007f":     "tag",
		"a\xffb":                      "a\ufffdb",
		"a\u2028b\u2029c\u0085d":      "a?b?c?d",
		"\ue0b0":                      "?",
		"\U0010ffff\ufdd0":            "??",
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645":     "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
		"\u0915\u094d\u200d\u0937 \u2764\ufe0f":                "\u0915\u094d\u200d\u0937 \u2764\ufe0f",
		"\u6f22\u5b57\u00a0\u3000x":                            "\u6f22\u5b57\u00a0\u3000x",
		"o" + strings.Repeat("\u0301", 3*maxMarks) + "o\u0301": "o" + strings.Repeat("\u0301", maxMarks) + "o\u0301",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		" two\nlines\r\n\tand \u00a0 more ": "two lines and more",
		"\nhint: run this":                  "hint: run this",
		"\x1b]0;title\x07":                  "?]0;title?",
	} {
		if got := Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{
		"": "", " \r\n\t": "", "one\n": "\n  one", "\none\n\nhint: x\x07 ": "\n  one\n  \n  hint: x?",
	} {
		if got := Quoted(in); got != want {
			t.Errorf("Quoted(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLengthIsBounded(t *testing.T) {
	for _, one := range []string{"x", "\u00e9", "\u6f22", "\U0001f600", "\xff", "\x1b", "\u0301", "\n", "\u202e"} {
		long := strings.Repeat(one, MaxText+1)
		if got := Text(long); len(got) > MaxText || !utf8.ValidString(got) {
			t.Errorf("Text of many %q has %d bytes", one, len(got))
		}
		if got := Line(long); len(got) > MaxLine || !utf8.ValidString(got) {
			t.Errorf("Line of many %q has %d bytes", one, len(got))
		}
	}
	exact := strings.Repeat("x", MaxText)
	if got := Text(exact); got != exact {
		t.Errorf("a text of MaxText bytes is cut to %d", len(got))
	}
	if got := Text(exact + "x"); got != exact[:MaxText-3]+"..." {
		t.Errorf("a longer one ends in %q", got[len(got)-9:])
	}
}

// dirty returns the first character that a terminal could take for more than
// text.
func dirty(s string) (rune, bool) {
	for _, r := range s {
		if r != '\n' && r != '\t' && !joins(r) && (unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs)) {
			return r, true
		}
	}
	return 0, false
}

func FuzzText(f *testing.F) {
	f.Add([]byte("\x1b[31m\u00e9\u202e\xc3\x28\n"), 3)
	f.Add([]byte("\u0301\u0301\xf0\x9f\x98"), 1)
	f.Fuzz(func(t *testing.T, in []byte, chunk int) {
		got := Text(string(in))
		if r, bad := dirty(got); bad || !utf8.ValidString(got) {
			t.Errorf("%U in %q", r, got)
		}
		if again := Text(got); again != got {
			t.Errorf("again: %q, not %q", again, got)
		}
		var whole strings.Builder
		w := NewWriter(&whole)
		chunk = 1 + max(chunk, -chunk, 0)%7
		for rest := in; len(rest) > 0; rest = rest[min(chunk, len(rest)):] {
			part := rest[:min(chunk, len(rest))]
			if n, err := w.Write(part); n != len(part) || err != nil {
				t.Fatalf("wrote %d, %v", n, err)
			}
		}
		if len(in) < MaxText/utf8.UTFMax && !strings.HasPrefix(got, whole.String()) {
			t.Errorf("in chunks of %d: %q, not %q", chunk, whole.String(), got)
		}
	})
}

// In a dialogue, a backspace stays and nothing else of what moves the cursor.
func TestTerminalWriter(t *testing.T) {
	var out strings.Builder
	NewTerminalWriter(&out).Write([]byte("ab\b \b\x1b[2J\rc\n"))
	if want := "ab\b \b?[2Jc\n"; out.String() != want {
		t.Errorf("wrote %q, want %q", out.String(), want)
	}
}
