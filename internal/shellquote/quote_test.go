package shellquote

import (
	"testing"
)

func TestQuoteShellLeavesSafeWordsAlone(t *testing.T) {
	for _, s := range []string{"new", "-c", "256", "LANG=en_US.UTF-8", "60001:60999"} {
		if got := Quote(s); got != s {
			t.Errorf("quoteShell(%q) = %s", s, got)
		}
	}
}
