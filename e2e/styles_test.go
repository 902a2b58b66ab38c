//go:build e2e && unix

package e2e

import (
	"strings"
	"testing"

	"github.com/creack/pty"

	"gm/e2e/harness"
)

// styled shows text in a direct colour and with a curly underline, which a real terminal
// must distinguish from black text.
const styled = `printf '\033[38;2;101;102;103mdirect\033[m \033[4:3mcurly\033[m plain\n'; cat`

// TestStylesWithoutColorterm: a style that is not known to be missing is passed on
// unchanged.
func TestStylesWithoutColorterm(t *testing.T) {
	t.Parallel()
	for _, term := range []string{"xterm-256color", "xterm", "konsole-256color", "tmux-256color"} {
		t.Run(term, func(t *testing.T) {
			t.Parallel()
			o := newOuter(t, term, pty.Winsize{}, racing, "--local", "--", "sh", "-c", styled)
			o.sees("\x1b[c")
			o.types("\x1b[?1;2c")
			for _, want := range []string{"38;2;101;102;103m", "4:3m", "curly"} {
				o.sees(want)
			}
			o.types("\x1e.")
			o.exits()
		})
	}
}

// TestCurlyUnderlineInXTerm: xterm 379 parses 4:3 as black text, and reports that in
// DECRQSS. gm sends it a plain underline.
func TestCurlyUnderlineInXTerm(t *testing.T) {
	t.Parallel()
	env := environment(t, "COLORTERM=truecolor")
	x := harness.NewXTerm(t, inXTerm(env, []string{racing, "--local", "--", "sh", "-c", styled}))
	var page string
	harness.Until(t, "text with a plain underline", harness.Patience, func() bool {
		page = string(x.Page())
		return strings.Contains(page, "\x1b[0;4mc\x1b[0;4mu\x1b[0;4mr\x1b[0;4ml\x1b[0;4my plain")
	}, func() string { return page })
}
