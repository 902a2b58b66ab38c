package harness

import (
	"strconv"
	"strings"
	"unicode"
)

// withoutGaps removes the blanks of last columns in which a wide character did not fit from lines
// that tmux has joined: it takes such a column for text if it was erased (EL), and not if nothing
// was ever written there.
func withoutGaps(lines []string, cols int) []string {
	for i, line := range lines {
		lines[i] = withoutGap(line, cols)
	}
	return lines
}

func withoutGap(line string, cols int) string {
	var b strings.Builder
	x, sequence := 0, false
	runes := []rune(line)
	for i, r := range runes {
		switch wide := unicode.Is(unicode.Han, r); {
		case sequence || r == '\x1b': // SGR
			sequence = r != 'm'
		case r == ' ' && x == cols-1 && nextIsWide(runes[i+1:]):
			x = 0
			continue
		case wide && x == cols-1:
			x = 2
		case wide:
			x = x%cols + 2
		default:
			x = x%cols + 1
		}
		b.WriteRune(r)
	}
	return b.String()
}

// nextIsWide reports whether the first character after SGR sequences is wide.
func nextIsWide(runes []rune) bool {
	for len(runes) > 0 && runes[0] == '\x1b' {
		_, after, _ := strings.Cut(string(runes), "m")
		runes = []rune(after)
	}
	return len(runes) > 0 && unicode.Is(unicode.Han, runes[0])
}

// columns returns the width of the terminal.
func (x *Terminal) columns() int {
	x.t.Helper()
	n, err := strconv.Atoi(x.Format("#{window_width}"))
	if err != nil {
		x.t.Fatal(err)
	}
	return n
}
