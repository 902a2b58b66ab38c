//go:build e2e

package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gm/e2e/harness"
)

var (
	controls = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\a\x1b]*(\a|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x1f]`)
	blanks   = regexp.MustCompile(`\s+`)
)

// spoken returns what a screen reader reads that follows the output to a terminal: the text
// in the order in which it is written, without blanks.
func spoken(output string) string {
	return blanks.ReplaceAllString(controls.ReplaceAllString(output, ""), "")
}

// TestPlainReadsAsThroughSSH works in a shell through ssh and with gm --plain. A screen reader
// reads the same, character by character, over some screens of output.
func TestPlainReadsAsThroughSSH(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	env := slices.Concat(harness.Environment(t), []string{"HOME=" + s.home, s.clients.Env(), "TERM=xterm-256color"})
	shell := []string{"env", "PS1='prompt$ '", "sh"}
	read := map[string]string{}
	for name, command := range map[string][]string{
		"ssh":        {"ssh", "-F", s.config, "-tt", "host", strings.Join(shell, " ")},
		"gm --plain": {plain, "-F", s.config, "--plain", "--predict=never", "host", "--", "env", "PS1=prompt$ ", "sh"},
	} {
		x := startRawTTY(t, env, command...)
		x.await("prompt$ ", 0)
		begin := len(x.output())
		for i := range 12 {
			skip := len(x.output())
			x.types(fmt.Sprintf("echo begin %d ==============================; seq %d %d; printf 'caf\\303\\251 \\033[1mbold\\033[m %d\\n'; echo e''nd %d\r", i, 100*i, 100*i+i, i, i))
			x.await(fmt.Sprintf("end %d prompt$", i), skip)
		}
		read[name] = spoken(x.output()[begin:])
		x.types("exit\r")
		if status := x.ended(); status != 0 {
			t.Errorf("%s: status %d", name, status)
		}
		if after := x.modes(); after != x.before {
			t.Errorf("%s: the terminal is left with %+v", name, after)
		}
	}
	if read["ssh"] != read["gm --plain"] {
		t.Errorf("a screen reader reads\n%s\nthrough ssh, and\n%s\nwith gm --plain", read["ssh"], read["gm --plain"])
	}
	s.sessions.ExpectNone(t, harness.Patience)
}
