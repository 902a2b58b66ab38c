package vt

import (
	_ "embed"
	"strconv"
	"strings"
)

// colorNames are the names of X11 (rgb.txt), in lower case, each on a line of its own
// with a tab and six hexadecimal digits behind it.
//
//go:embed colornames.txt
var colorNames string

// longestColorName bounds a name, in bytes.
const longestColorName = 32

// namedColor returns the colour that X11 has under a name, in any case.
func namedColor(name string) (c Color, ok bool) {
	if name == "" || len(name) > longestColorName || strings.ContainsAny(name, "\n\t") {
		return 0, false
	}
	_, rest, ok := strings.Cut(colorNames, "\n"+strings.ToLower(name)+"\t")
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseUint(rest[:6], 16, 32)
	return colorRGB | Color(v), err == nil
}
