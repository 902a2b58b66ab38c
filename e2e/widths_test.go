//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/vt/cellwidth"
)

// emoji are lines of characters on which terminals disagree, with something behind
// each that shows where it ended.
var emoji = []string{
	"heart [\u2764\ufe0f] check [\u2714\ufe0f] warning [\u26a0\ufe0f].",
	"keycaps [1\ufe0f\u20e3] [#\ufe0f\u20e3].",
	"tone [\U0001F44D\U0001F3FD] family [\U0001F468\u200d\U0001F469\u200d\U0001F467].",
	"flags [\U0001F1E9\U0001F1EA] [\U0001F3F3\ufe0f\u200d\U0001F308].",
	"new [\U0001FAE8] hangul [\u1112\u1161\u11ab] wide [\u4e2d\u6587] e [e\u0301].",
	"hearts \u2764\ufe0f\u2764\ufe0f\u2764\ufe0f.",
}

// graphemes is xterm.js with its addon for grapheme clusters (Unicode 15).
var graphemes = startable{"xterm.js with graphemes", func(t *testing.T, env []string, command ...string) emulator {
	return harness.NewXTermJS(t, "@xterm/addon-unicode-graphemes:15-graphemes", inXTerm(env, command))
}}

// columns returns a function of the shell that prints some of what terminals are
// measured by, one after the other, and to its output the columns of the cursor behind each.
func columns() string {
	var samples strings.Builder
	for _, w := range []cellwidth.Layout{cellwidth.WideVariation, cellwidth.WideKeycap, cellwidth.JoinedTones} {
		sample, _ := w.TestText()
		samples.WriteString(" " + sample)
	}
	return fmt.Sprintf(`columns() {
	(
		stty raw -echo
		for sample in%s; do
			printf '\r\033[K%%s\033[6n' $sample >&2; r=
			while c=$(dd bs=1 count=1 2>/dev/null); test "$c" != R; do r=$r$c; done
			echo "${r##*;}"
		done
		stty sane
	) </dev/tty 2>/dev/tty
}
`, samples.String())
}

// TestWidths shows lines of emoji in terminals that lay them out each in its own
// way, and changes text beside them: all is as without gm.
func TestWidths(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script := filepath.Join(dir, "script")
	text := "printf '\\033[2J\\033[H'; cat <<'E'\n" + strings.Join(emoji, "\n") + "\nE\n" +
		"printf '\\033[20Hready'; read x; printf '\\033[1;1HHEART\\033[3;1HTONE\\033[20Hchanged'; read x\n"
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, e := range append(slices.Clone(emulators), graphemes) {
		t.Run(e.name, func(t *testing.T) {
			known := filepath.Join(t.TempDir(), "columns")
			bare := e.start(t, environment(t), "sh", "-c", columns()+fmt.Sprintf("columns >%s.new; mv %[1]s.new %[1]s; . %s", known, script))
			harness.Until(t, "the width of emoji", harness.Patience, func() bool {
				_, err := os.Stat(known)
				return err == nil
			}, func() string { return harness.Frame(bare.Screen()) })
			// The widths are known when the terminal has replied, which may take its
			// time.
			command := columns() + fmt.Sprintf(`until [ "$(columns)" = "$(cat %s)" ]; do :; done; . %s`, known, script)
			with := e.start(t, environment(t), racing, "--local", "--", "sh", "-c", command)
			sameText := func(text string) {
				t.Helper()
				var one, other harness.Screen
				harness.Until(t, "the same screens", harness.Patience, func() bool {
					one, other = with.Screen(), bare.Screen()
					return one.Has(text) && slices.Equal(one, other)
				}, func() string { return "with gm, " + harness.Frame(one) + "without, " + harness.Frame(other) })
			}
			sameText("ready")
			with.Type("\r")
			bare.Type("\r")
			sameText("changed")
		})
	}
}
