package client

import (
	"slices"
	"strings"
)

// terminalColors is the number of colours that a terminal of type term can
// show, -1 if none: what terminfo says, without terminfo. A type that is not
// known is taken for a modern one.
func terminalColors(term string) int {
	base, _, _ := strings.Cut(term, "-")
	switch {
	case term == "" || term == "dumb":
		return -1
	case strings.HasSuffix(term, "-direct"):
		return 1 << 24
	case strings.HasSuffix(term, "-mono") || strings.HasSuffix(term, "-m"):
		return -1
	case strings.HasPrefix(base, "vt") && base != "vte":
		return -1
	case strings.HasSuffix(term, "-88color"):
		return 88
	case strings.HasSuffix(term, "-16color"):
		return 16
	case strings.HasSuffix(term, "-256color"):
		return 256
	case slices.Contains([]string{"xterm", "screen", "tmux", "rxvt", "linux", "ansi", "cygwin", "putty"}, term),
		strings.HasSuffix(term, "-color"):
		return 8
	}
	return 256
}
