package datagram

import (
	"strings"
	"testing"
)

func TestKeyText(t *testing.T) {
	want := Key{0xe0, 0xd7, 0x82, 0x08, 0x2b, 0xd9, 0x15, 0xed, 0x91, 0x9c, 0xf8, 0x2b, 0x71, 0xcd, 0x50, 0xc3}
	const text = "4NeCCCvZFe2RnPgrcc1Qww"
	if got := want.String(); got != text {
		t.Errorf("String() = %q, want %q", got, text)
	}
	if got, err := ParseKey(text); got != want || err != nil {
		t.Errorf("ParseKey(%q) = %x, %v, want %x", text, got, err, want)
	}
}

func TestNewKey(t *testing.T) {
	a, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if a == b || a == (Key{}) {
		t.Errorf("keys %x and %x are not random", a, b)
	}
	if got, err := ParseKey(a.String()); got != a || err != nil {
		t.Errorf("ParseKey(%v.String()) = %v, %v", a, got, err)
	}
}

func TestParseKeyRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"empty":           "",
		"short":           "4NeCCCvZFe2RnPgrcc1Qw",
		"long":            "4NeCCCvZFe2RnPgrcc1Qwww",
		"padded":          "4NeCCCvZFe2RnPgrcc1Qww==",
		"spare bits":      "4NeCCCvZFe2RnPgrcc1Qwx",
		"URL alphabet":    "4NeCCCvZFe2RnPgrcc1Q-_",
		"space":           "4NeCCCvZFe2RnPgrcc1Qw ",
		"line breaks":     "4NeCCCvZFe2RnPgrcc1Q\r\n",
		"leading newline": "\n\n\n\nCCvZFe2RnPgrcc1Qww",
	} {
		got, err := ParseKey(text)
		if err == nil || got != (Key{}) {
			t.Errorf("%s: ParseKey(%q) = %v, %v, want an error", name, text, got, err)
		}
		if err != nil && text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%s: the error quotes the key: %v", name, err)
		}
	}
}

// TestParseKeySpareBits tries each character as the last of 22. It has four spare
// bits, so that four of the 64 are valid.
func TestParseKeySpareBits(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	valid := ""
	for _, last := range alphabet {
		if _, err := ParseKey("AAAAAAAAAAAAAAAAAAAAA" + string(last)); err == nil {
			valid += string(last)
		}
	}
	if valid != "AQgw" {
		t.Errorf("last characters %q are valid, want %q", valid, "AQgw")
	}
}

func TestWipe(t *testing.T) {
	k := Key{1, 2, 3}
	k.Wipe()
	if k != (Key{}) {
		t.Errorf("wiped key is %x", k)
	}
}
