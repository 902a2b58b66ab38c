package keys

import (
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestKitty reads a recording of the keys that kitty sends in each of its 32 sets of
// flags: each is one press, and its Legacy is the byte sent without flags.
func TestKitty(t *testing.T) {
	text, err := os.ReadFile("testdata/kitty.txt")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if fields[0] == "#" {
			continue
		}
		sent := map[int]string{}
		for _, f := range fields[3:] {
			flags, digits, _ := strings.Cut(f, "=")
			keys, err := hex.DecodeString(digits)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range strings.Split(flags, ",") {
				n, _ := strconv.Atoi(n)
				sent[n] = string(keys)
			}
		}
		for flags, keys := range sent {
			checkKitty(t, kittyKey{fields[0], fields[1], fields[2], flags}, sent[0], keys)
			checked++
		}
	}
	if checked < 32*155 {
		t.Errorf("%d keys, want at least %d", checked, 32*155)
	}
}

type kittyKey struct {
	layout, modifiers, key string
	flags                  int
}

// unclear reports whether kitty does not report the character that the key types: for
// Shift on other layouts without the text or the shifted key, and for Ctrl with a key
// of another script without its place on a US keyboard.
func (k kittyKey) unclear() bool {
	const alternates, text = 4, 16
	switch {
	case k.layout == "us" || k.flags&alternates != 0:
		return false
	case strings.Contains(k.modifiers, "ctrl"):
		return true
	}
	return k.modifiers == "shift" && k.flags&text == 0
}

func checkKitty(t *testing.T, k kittyKey, plain, sent string) {
	t.Helper()
	if len(plain) == 1 && plain[0] >= 0x80 {
		return // this version of kitty sends half a character
	}
	tokens := split(new(Splitter), sent)
	if raw(tokens) != sent {
		t.Errorf("%+v: bytes of %q: %q", k, sent, raw(tokens))
	}
	var pressed []Token
	for _, token := range tokens {
		if token.Kind != Key {
			t.Errorf("%+v: tokens of %q: %s", k, sent, describe(tokens))
		}
		if token.Pressed() {
			pressed = append(pressed, token)
		}
	}
	if k.key == "Ctrl" { // alone
		if len(pressed) > 0 {
			t.Errorf("%+v: tokens of %q: %s", k, sent, describe(tokens))
		}
		return
	}
	if k.flags&10 == 2 && len(pressed) == 2 && string(pressed[0].Raw) == string(pressed[1].Raw) {
		pressed = pressed[:1] // this version repeats Return, Tab and Backspace on release
	}
	if plain == "" || strings.Contains(k.modifiers, "alt") && len(pressed) == 2 {
		return // a shortcut of kitty, or ESC and a control character
	}
	if len(pressed) != 1 {
		t.Errorf("%+v: tokens of %q: %s", k, sent, describe(tokens))
		return
	}
	if strings.Contains(k.modifiers, "ctrl") && strings.Contains("`{|}", plain) {
		return // control characters in xterm only
	}
	b, ok := pressed[0].Legacy()
	if len(plain) == 1 && !k.unclear() && (!ok || b != plain[0]) {
		t.Errorf("%+v: Legacy of %q (%s) is %q, %v; want %q", k, sent, describe(tokens), b, ok, plain)
	}
}
