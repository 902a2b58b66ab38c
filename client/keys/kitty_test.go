package keys

import (
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestKitty reads what kitty sent for keys in each of its 32 sets of flags: the key
// is pressed once, and its Legacy is the byte that kitty sends without flags.
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
		t.Errorf("only %d keys", checked)
	}
}

type kittyKey struct {
	layout, modifiers, key string
	flags                  int
}

// unclear reports whether the terminal does not tell what the key types: it reports
// a key with Shift and neither the text nor the shifted key, which are not those of
// a US keyboard, or a key of another script with Ctrl and not its place.
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
		return // this version sends half a character
	}
	tokens := split(new(Splitter), sent)
	if raw(tokens) != sent {
		t.Errorf("%+v: of %q comes %q", k, sent, raw(tokens))
	}
	var pressed []Token
	for _, token := range tokens {
		if token.Kind != Key {
			t.Errorf("%+v: %q is %s", k, sent, describe(tokens))
		}
		if token.Pressed() {
			pressed = append(pressed, token)
		}
	}
	if k.key == "Ctrl" { // by itself
		if len(pressed) > 0 {
			t.Errorf("%+v: %q is %s", k, sent, describe(tokens))
		}
		return
	}
	if k.flags&10 == 2 && len(pressed) == 2 && string(pressed[0].Raw) == string(pressed[1].Raw) {
		pressed = pressed[:1] // this version repeats Return, Tab and Backspace when they come up
	}
	if plain == "" || strings.Contains(k.modifiers, "alt") && len(pressed) == 2 {
		return // kitty's own, or ESC and a control character
	}
	if len(pressed) != 1 {
		t.Errorf("%+v: %q is %s", k, sent, describe(tokens))
		return
	}
	if strings.Contains(k.modifiers, "ctrl") && strings.Contains("`{|}", plain) {
		return // of which xterm makes control characters
	}
	b, ok := pressed[0].Legacy()
	if len(plain) == 1 && !k.unclear() && (!ok || b != plain[0]) {
		t.Errorf("%+v is %q and %q, %s: Legacy gives %q, %v", k, plain, sent, describe(tokens), b, ok)
	}
}
