package picture

import (
	"strconv"
	"strings"
)

// HasPlaceholders reports whether a terminal with this XTVERSION report has the Unicode
// placeholders of kitty's graphics protocol. Nothing else tells: terminals without them also
// accept a virtual placement (Konsole), and then print the placeholders as text. The query for
// single features (key e) is newer than placeholders.
func HasPlaceholders(name string) bool {
	if version, ok := strings.CutPrefix(name, "kitty("); ok {
		major, rest, _ := strings.Cut(version, ".")
		minor, _, _ := strings.Cut(rest, ".")
		n, err := strconv.Atoi(minor)
		return err == nil && (major != "0" || n >= 28)
	}
	return strings.HasPrefix(name, "ghostty ")
}
