package manual

import (
	"slices"
	"strings"
)

// kind is what a block of a topic is.
type kind int

const (
	paragraph kind = iota
	verbatim       // lines as they stand
	item           // a tag, and what there is to say of it
)

// block is a part of a topic. In the text of paragraphs and items, what stands
// between backquotes is to be typed as it is.
type block struct {
	kind kind
	tag  string // of an item
	text string // one line, but for a verbatim one
}

// Marks at the beginning of a line of a topic's source.
const (
	verbatimMark = "    "
	itemMark     = "* "
)

// parse reads a topic's source: blocks with empty lines between them. Each line
// of a verbatim block is indented by four blanks; an item begins with "* " and
// its tag, and its text is on the lines after it.
func parse(source string) (bs []block) {
	for chunk := range strings.SplitSeq(strings.TrimSpace(source), "\n\n") {
		lines := strings.Split(chunk, "\n")
		switch {
		case strings.HasPrefix(chunk, itemMark):
			bs = append(bs, block{item, strings.TrimPrefix(lines[0], itemMark), join(lines[1:])})
		case !slices.ContainsFunc(lines, func(l string) bool { return !strings.HasPrefix(l, verbatimMark) }):
			bs = append(bs, block{kind: verbatim, text: strings.ReplaceAll(chunk[len(verbatimMark):], "\n"+verbatimMark, "\n")})
		default:
			bs = append(bs, block{kind: paragraph, text: join(lines)})
		}
	}
	return bs
}

// join makes one line of several.
func join(lines []string) string { return strings.Join(strings.Fields(strings.Join(lines, " ")), " ") }
