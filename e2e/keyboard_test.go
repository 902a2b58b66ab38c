//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/vt/oracle"
)

// TestEscapeKeyInProtocols runs a program that turns a keyboard protocol on, in a
// terminal that sends keys in this protocol: Ctrl-^ and a period end the session, and
// all other keys arrive unchanged.
func TestEscapeKeyInProtocols(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, on, key, other, quit string }{
		{"kitty", `\033[>1u`, "\x1b[99;5u", "\x1b[54;5ux", "\x1b[54;5u."},
		{"kitty with all flags", `\033[>31u`, "\x1b[97;;97u\x1b[97;1:3u",
			"\x1b[54:94;6u\x1b[54;6:3u\x1b[120;;120u\x1b[120;1:3u", "\x1b[54:94;6u\x1b[57441;6:3u\x1b[54;5:3u\x1b[57442;5:3u\x1b[46;;46u"},
		{"modifyOtherKeys", `\033[>4;2m`, "\x1b[27;5;99~", "\x1b[27;6;94~x", "\x1b[27;6;94~."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.local(racing)
			d.Line(`stty raw -echo; printf '` + c.on + `rea''dy\r\n'; cat -v`)
			d.Expect("ready")
			for _, keys := range []string{c.key, c.other} {
				d.Type(keys)
				d.Expect(strings.ReplaceAll(keys, "\x1b", "^["))
				d.Type("\r\n\x1b[13u")
			}
			for _, sequence := range strings.SplitAfter(strings.ReplaceAll(c.quit, "\x1b", "\x00\x1b"), "\x00") {
				sequence = strings.TrimSuffix(sequence, "\x00")
				if sequence == "" {
					continue
				}
				begin := min(len(sequence), 3) // an incomplete beginning is a key after 20 ms
				d.Type(sequence[:begin])
				for i := begin; i < len(sequence); i++ { // a byte a read, as from a serial line
					d.Type(sequence[i : i+1])
				}
			}
			d.expectPrompt()
		})
	}
}

// TestEscapeKeyInXTerm presses Ctrl-^ and then each key that may follow at a real
// xterm that a program has told to use modifyOtherKeys, in both formats.
func TestEscapeKeyInXTerm(t *testing.T) {
	t.Parallel()
	for _, format := range []int{0, 1} {
		t.Run(fmt.Sprint("formatOtherKeys ", format), func(t *testing.T) {
			t.Parallel()
			family, r := harness.NewFamily(t), oracle.NewRecorder(t)
			env := append(harness.Environment(t), family.Env())
			command := slices.Concat([]string{plain, "--local", "--"}, r.Command("\x1b[>4;2m", "ready"))
			w := oracle.Open(t, env, []string{fmt.Sprint("formatOtherKeys: ", format)}, command...)
			w.WaitTitle("ready")
			w.Press("ctrl+c", "x")
			want := []string{"\x1b[27;5;99~", "\x1b[99;5u"}[format]
			if got := r.Take("x"); got != want {
				t.Errorf("Ctrl-C arrives as %q, want %q", got, want)
			}
			w.Press("ctrl+asciicircum", "question", "a", "ctrl+6", "asciicircum", "x")
			want = []string{"\x1b[27;5;54~", "\x1b[54;5u"}[format]
			if got := r.Take("x"); got != want {
				t.Errorf("Ctrl-^ ^ arrives as %q, want %q", got, want)
			}
			w.Press("ctrl+asciicircum", "period")
			family.ExpectNone(t, harness.Patience)
		})
	}
}
