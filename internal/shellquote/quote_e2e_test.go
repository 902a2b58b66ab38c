//go:build e2e

package shellquote

import (
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// quoteShells are those and one that is nothing like sh.
var quoteShells = append(slices.Clone(sshboottest.Shells), []string{"testdata/rawshell"})

// echoArguments has the login shell start sh, as the bootstrap is started, and
// gives the arguments that came through.
func echoArguments(t *testing.T, shell, args []string) []string {
	t.Helper()
	script := `for a in "$@";do printf "%s\000" "$a";done`
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = QuoteLine(a)
	}
	script = Literals(strings.Join(words, "")) + "set -- " + strings.Join(words, " ") + ";" + script
	line := "sh -c " + QuoteAny(script)
	out, err := exec.Command(shell[0], append(shell[1:], "-c", line)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v: %s\nline: %s", shell, err, out, line)
	}
	got := strings.Split(string(out), "\x00")
	return got[:len(got)-1]
}

func TestQuoteThroughEveryShell(t *testing.T) {
	args := []string{
		"plain", "", " ", "two words", `'`, `"`, `\`, `\\`, `!`, `!!`, `a!b`, `\!`, `'!'`, "$HOME", "`id`", "$(id)", "*", "?", "[a]",
		"~", "#", "a\nb", "\n", "\n\n'x'\n", "a;b", "a&b", "a|b", "<>", "(", ")", "{a,b}", "é漢字", "\t", "%", "^a^b", "-n", "=ls", `\n`, "a\\\nb",
		"$'x'", "{}", "@", "^", "\x7f", "a'b\"c!d\\e", strings.Repeat("long'", 300),
	}
	for _, shell := range quoteShells {
		got := echoArguments(t, shell, args)
		if len(got) != len(args) {
			t.Fatalf("%v: %d arguments, want %d", shell, len(got), len(args))
		}
		for i := range args {
			if got[i] != args[i] {
				t.Errorf("%v: %q came through as %q", shell, args[i], got[i])
			}
		}
	}
}

func TestQuoteRandomThroughEveryShell(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const alphabet = "ab '\"\\!$`#*?~&|;<>(){}[]%^=\n\té"
	letters := []rune(alphabet)
	var args []string
	for range 200 {
		var b strings.Builder
		for range rng.IntN(12) {
			b.WriteRune(letters[rng.IntN(len(letters))])
		}
		args = append(args, b.String())
	}
	for _, shell := range quoteShells {
		got := echoArguments(t, shell, args)
		for i := range args {
			if i >= len(got) || got[i] != args[i] {
				t.Fatalf("%v: argument %d %q came through wrong", shell, i, args[i])
			}
		}
	}
}
