package shellquote

import (
	"os/exec"
	"strings"
	"testing"
)

// FuzzQuote compares a word with the result of quoting it for a shell.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a b", "$(id)`id`", "'", `\`, "!x\ny", "-n", "~", "*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		if strings.ContainsRune(word, 0) {
			return
		}
		line := "printf %s. " + Quote(word)
		if !strings.ContainsRune(word, '\n') {
			line += "; printf %s. " + QuoteAny(word)
		}
		out, err := exec.Command("sh", "-c", line).Output()
		if err != nil || strings.ReplaceAll(string(out), word+".", "") != "" && word != "" {
			t.Errorf("a shell makes %q of %q, %v", out, word, err)
		}
	})
}
