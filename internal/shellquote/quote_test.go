package shellquote

import (
	"testing"
)

func TestQuoteShellLeavesSafeWordsAlone(t *testing.T) {
	for _, s := range []string{"new", "-c", "256", "LANG=en_US.UTF-8", "60001:60999"} {
		t.Run(s, func(t *testing.T) {
			if got := Quote(s); got != s {
				t.Errorf("Quote(%q) = %s", s, got)
			}
		})
	}
}
