//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/vt/oracle"
)

// specialKeys are the keys that do not type text, by their names in X.
var specialKeys = slices.Concat(
	strings.Fields("Up Down Left Right Home End Insert Delete Prior Next BackSpace Tab Return Escape Menu"),
	strings.Fields("F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12"),
	strings.Fields("KP_Up KP_Down KP_Left KP_Right KP_Home KP_End KP_Prior KP_Next KP_Begin KP_Insert KP_Delete KP_Enter"),
	strings.Fields("KP_Add KP_Subtract KP_Multiply KP_Divide KP_Equal KP_Decimal KP_0 KP_1 KP_2 KP_3 KP_4 KP_5 KP_6 KP_7 KP_8 KP_9"),
)

var keyModifiers = []string{"", "shift+", "alt+", "shift+alt+", "ctrl+", "ctrl+shift+", "ctrl+alt+", "ctrl+shift+alt+"}

// noShortcuts makes xterm send the keys that it would scroll or paste by.
const noShortcuts = `VT100.translations: #override\nShift<Key>Prior:insert-seven-bit()\nShift<Key>Next:insert-seven-bit()\n` +
	`Shift<Key>Insert:insert-seven-bit()\nShift<Key>Select:insert-seven-bit()\nAlt<Key>Return:insert-seven-bit()\n` +
	`Shift<Key>KP_Add:insert-seven-bit()\nShift<Key>KP_Subtract:insert-seven-bit()\nShift Ctrl<Key>KP_Subtract:insert-seven-bit()\n` +
	`Shift<Key>KP_Insert:insert-seven-bit()\nShift<Key>KP_Prior:insert-seven-bit()\nShift<Key>KP_Next:insert-seven-bit()`

// keyTable has the bytes that a program reads for each key.
type keyTable map[string]string

// endKey is a key that sends its character in every mode, which ends no sequence.
const endKey = "g"

// pressAll presses every key with every modifier in an xterm in which command makes r
// record its input.
func pressAll(t *testing.T, r *oracle.Recorder, env, command []string) keyTable {
	t.Helper()
	w := oracle.Open(t, env, []string{noShortcuts, "metaSendsEscape: true", "alwaysUseMods: true", "numLock: false"}, command...)
	w.WaitTitle("ready")
	table := keyTable{}
	for _, key := range specialKeys {
		for _, modifier := range keyModifiers {
			w.Press(modifier+key, endKey)
			table[modifier+key] = r.Take(endKey)
		}
	}
	return table
}

// compare reports the keys that arrive otherwise than they do without gm.
func (table keyTable) compare(t *testing.T, direct keyTable, what string) {
	t.Helper()
	for key, want := range direct {
		if got := table[key]; got != want {
			t.Errorf("%s: %s arrives as %q, without gm as %q", what, key, got, want)
		}
	}
}

// TestKeysAsWithoutGM presses every key that has a name in xterm-256color's terminfo,
// and its relatives, at a real xterm: in each mode of the keyboard the program reads the
// same bytes as without gm.
func TestKeysAsWithoutGM(t *testing.T) {
	t.Parallel()
	for _, mode := range []struct{ name, setup string }{
		{"normal", "\x1b[?1l\x1b>"},
		{"application", "\x1b[?1h\x1b="},
		{"application cursor keys", "\x1b[?1h\x1b[?67l"},
		{"application keypad, backarrow key", "\x1b=\x1b[?67h"},
	} {
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			r := oracle.NewRecorder(t)
			direct := pressAll(t, r, harness.Environment(t), r.Command(mode.setup, "ready"))
			if mode.name == "application" {
				checkTerminfo(t, direct)
			}
			r = oracle.NewRecorder(t)
			command := slices.Concat([]string{plain, "--local", "--"}, r.Command(mode.setup, "ready"))
			pressAll(t, r, sessionEnv(t), command).compare(t, direct, "gm")
		})
	}
}

// TestKeysOfStockClient is the same with a stock client, which carries no mode of
// the keyboard.
func TestKeysOfStockClient(t *testing.T) {
	t.Parallel()
	for _, mode := range []struct{ name, setup string }{{"normal", "\x1b[?1l"}, {"application cursor keys", "\x1b[?1h"}} {
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			r := oracle.NewRecorder(t)
			direct := pressAll(t, r, harness.Environment(t), r.Command(mode.setup, "ready"))
			r = oracle.NewRecorder(t)
			s := harness.StartServer(t, harness.Ours(plain), harness.Loopback(), r.Command(mode.setup, "ready"))
			env := append(sessionEnv(t), "MOSH_KEY="+s.Key, "TERM=xterm-256color")
			client := []string{"mosh-client", s.Addr.Addr().String(), strconv.Itoa(int(s.Addr.Port()))}
			pressAll(t, r, env, client).compare(t, direct, "mosh-client")
		})
	}
}

// sessionEnv is an environment whose processes end with the test.
func sessionEnv(t *testing.T) []string {
	return append(harness.Environment(t), harness.NewFamily(t).Env())
}

var keyCapability = regexp.MustCompile(`(?m)^\s*(k[A-Za-z0-9]+)=(.*),$`)

// checkTerminfo wants each key of terminfo in the table: a terminal that knows
// more keys needs more rows. terminfo has the sequences of application mode.
func checkTerminfo(t *testing.T, table keyTable) {
	t.Helper()
	cmd := exec.Command("infocmp", "-x1", "xterm-256color")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	sent := map[string]bool{}
	for _, keys := range table {
		sent[keys] = true
	}
	found := keyCapability.FindAllStringSubmatch(string(out), -1)
	if len(found) < 100 {
		t.Fatalf("terminfo has %d keys", len(found))
	}
	for _, capability := range found {
		name, keys := capability[1], unescapeTerminfo(capability[2])
		switch name {
		case "kmous", "kxIN", "kxOUT": // no keys
		case "kpCMA": // not on the keyboard of a PC
		default:
			if !sent[keys] {
				t.Errorf("no key sends %s, %q", name, keys)
			}
		}
	}
}

// unescapeTerminfo reads a string of infocmp.
func unescapeTerminfo(s string) string {
	s = strings.ReplaceAll(s, `\E`, "\x1b")
	s = regexp.MustCompile(`\^.`).ReplaceAllStringFunc(s, func(c string) string { return string(rune(c[1] ^ 0x40)) })
	return regexp.MustCompile(`\\[0-7]{3}`).ReplaceAllStringFunc(s, func(c string) string {
		n, _ := strconv.ParseUint(c[1:], 8, 8)
		return fmt.Sprintf("%c", n)
	})
}
