package harness

import (
	"strings"
	"testing"
)

// TestGaps has lines as tmux 3.3 joins them, in a window of 80 columns.
func TestGaps(t *testing.T) {
	zeros := strings.Repeat("0", 73)
	for line, want := range map[string]string{
		zeros + "中文中 文中文":                   zeros + "中文中文中文",
		zeros + "中文中\x1b[1m \x1b[m文中文":      zeros + "中文中\x1b[1m\x1b[m文中文",
		zeros + "中文 中文中文":                   zeros + "中文 中文中文",
		zeros + "000000 中":                  zeros + "000000中",
		zeros + "000000 0":                  zeros + "000000 0",
		"中 文":                               "中 文",
		zeros + zeros + "0000000000000 中 文": zeros + zeros + "0000000000000中 文",
	} {
		if got := withoutGap(line, 80); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
