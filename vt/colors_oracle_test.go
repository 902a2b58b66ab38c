package vt

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// theme converts xterm's replies to a Theme. unknown matches the replies for colours
// that a Theme does not have.
func theme(t *testing.T, answers string) (all Theme, unknown *regexp.Regexp) {
	var others []string
	for answer := range strings.SplitSeq(answers, "\a") {
		name, color, found := strings.Cut(strings.TrimPrefix(answer, "\x1b]"), ";rgb:")
		if !found {
			continue
		}
		c, ok := ParseColor("rgb:" + color)
		if !ok {
			t.Fatalf("xterm answers %q", answer)
		}
		var i int
		switch n, _ := fmt.Sscanf(name, "4;%d", &i); {
		case n == 1 && i < len(all.Palette):
			all.Palette[i] = c
		case name == "10":
			all.Foreground = c
		case name == "11":
			all.Background = c
		case name == "12":
			all.Cursor = c
		case name == "17":
			all.Selection = c
		case name == "19":
			all.SelectedText = c
		case n == 0:
			others = append(others, regexp.QuoteMeta(answer+"\a"))
		}
	}
	return all, regexp.MustCompile(strings.Join(others, "|"))
}
