//go:build e2e

package keys

import (
	"fmt"
	"strings"
	"testing"

	"gm/vt/oracle"
)

// xtermKeys holds names of keys in X. Each is pressed with all xtermModifiers.
var xtermKeys = []string{"a", "b", "z", "l", "m", "i", "h", "2", "3", "6", "8", "9", "asciicircum", "bracketleft", "bracketright", "backslash",
	"underscore", "minus", "slash", "question", "period", "comma", "space", "grave", "asciitilde", "Return", "Tab", "BackSpace", "Escape",
	"Up", "Left", "Home", "End", "Insert", "Delete", "Page_Up", "F1", "F5", "F12", "KP_Enter", "KP_Decimal", "KP_5"}

var xtermModifiers = []string{"", "ctrl+", "shift+", "ctrl+shift+", "alt+", "ctrl+alt+"}

// TestXTerm presses keys in a real xterm with modifyOtherKeys, in both formats: each
// is one token, and its Legacy is the byte sent without modifyOtherKeys.
func TestXTerm(t *testing.T) {
	plain := record(t, "", 0)
	for _, mode := range []int{1, 2} {
		for _, format := range []int{0, 1} {
			t.Run(fmt.Sprintf("modifyOtherKeys %d formatOtherKeys %d", mode, format), func(t *testing.T) {
				t.Parallel()
				for key, sent := range record(t, fmt.Sprintf("\x1b[>4;%dm", mode), format) {
					checkXTerm(t, key, plain[key], sent)
				}
			})
		}
	}
}

func checkXTerm(t *testing.T, key, plain, sent string) {
	t.Helper()
	if plain == "" && sent == "" {
		return // a shortcut of xterm: scroll, paste
	}
	tokens := split(new(Splitter), sent)
	for _, token := range tokens {
		if !token.Pressed() {
			t.Errorf("%s: tokens of %q: %+v", key, sent, tokens)
		}
	}
	if strings.Contains(key, "alt+") { // Escape and another key, or Alt is lost
		return
	}
	if len(tokens) != 1 {
		t.Errorf("%s: tokens of %q: %+v", key, sent, tokens)
		return
	}
	b, ok := tokens[0].Legacy()
	if single := len(plain) == 1; single != ok || single && b != plain[0] {
		t.Errorf("%s: Legacy of %q is %q, %v; want %q", key, sent, b, ok, plain)
	}
}

// record presses each key with each modifier and returns the bytes that xterm sends.
func record(t *testing.T, setup string, format int) map[string]string {
	t.Helper()
	r := oracle.NewRecorder(t)
	w := oracle.Open(t, nil, []string{fmt.Sprint("formatOtherKeys: ", format), "metaSendsEscape: true"}, r.Command(setup, "ready")...)
	w.WaitTitle("ready")
	sent := map[string]string{}
	for _, key := range xtermKeys {
		for _, modifier := range xtermModifiers {
			w.Press(modifier+key, "x")
			sent[modifier+key] = r.Take("x")
		}
	}
	return sent
}
