package parser

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestDecodeRune compares decodeRune with utf8.DecodeRune for every pair of first bytes
// with every kind of third and fourth byte. decodeRune refuses code points from U+20000.
func TestDecodeRune(t *testing.T) {
	later := []byte{0x00, 'A', 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xed, 0xff}
	for first := range 1 << 16 {
		for _, third := range later {
			for _, fourth := range later {
				b := []byte{byte(first), byte(first >> 8), third, fourth}
				want, size := utf8.DecodeRune(b)
				if want == utf8.RuneError && size == 1 || want >= 0x20000 {
					want, size = -1, 0
				}
				if r, n := decodeRune(binary.LittleEndian.Uint32(b)); r != want || n != size {
					t.Fatalf("% x: %U of %d bytes, want %U of %d", b, r, n, want, size)
				}
			}
		}
	}
}

// TestDecodeFourThrees checks that it decodes four code points of three bytes, and
// nothing else.
func TestDecodeFourThrees(t *testing.T) {
	parts := []string{"日", "本", "\u0800", "\uffff", "\ud7ff", "\ue000", "─", "\xed\xa0\x80", "\xe0\x9f\xbf", "abc", "éa", "a日", "👍x"}
	for i := range len(parts) * len(parts) * len(parts) * len(parts) {
		var text string
		threes := true
		var want [4]rune
		for j := range want {
			part := parts[i%len(parts)]
			r, size := utf8.DecodeRuneInString(part)
			text, threes, want[j] = text+part, threes && size == 3, r
			i /= len(parts)
		}
		b := [12]byte([]byte(text + "zzz"))
		var got [4]rune
		if ok := decodeFourThrees(&got, &b); ok != threes || ok && got != want {
			t.Fatalf("%q: %v, %U", text, ok, got)
		}
	}
}

// TestRunsOfRunes checks that PrintRunes includes short runs of ASCII between other code
// points, and no longer ones.
func TestRunsOfRunes(t *testing.T) {
	const rest = "\x00 the rest"
	for input, want := range map[string]string{
		"größer":              "gr|öß|er",
		"é 123456é":           "é 123456é",
		"é 1234567é":          "é| 1234567|é",
		"é a\nßb":             "é a|execute 0a|ß|b",
		"日本\x1b[m語":           "日本|csi m|語",
		"日本\x7f語\u0085":       "日本|語|esc E",
		"日本\xe6\x97x":         "日本|\ufffd|x",
		"日\xff\xed\xa0\x80本👍": "日|\ufffd|\ufffd|\ufffd|\ufffd|本👍",
	} {
		r := &recorder{}
		p := Parser{Performer: r}
		p.Write([]byte(input + rest))
		got := strings.ReplaceAll(strings.Join(r.events, "|"), "print ", "")
		if want += "|execute 00| the rest"; got != want {
			t.Errorf("%q: %q, want %q", input, got, want)
		}
	}
}
