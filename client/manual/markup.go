package manual

import (
	"slices"
	"strings"
)

// kind is the kind of a block.
type kind int

const (
	paragraph kind = iota
	verbatim       // preformatted lines
	item           // a tag and its description
)

// block is a part of a topic. In paragraphs and items, backquotes enclose text to
// type literally.
type block struct {
	kind kind
	tag  string // of an item
	text string // one line, except for verbatim
}

// Marks at the start of a line of a topic's source.
const (
	verbatimMark = "    "
	itemMark     = "* "
)

// parse parses a topic's source: blocks separated by empty lines. Each line of a
// verbatim block begins with verbatimMark. An item begins with itemMark and its tag;
// its text is on the lines after it.
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

func join(lines []string) string { return strings.Join(strings.Fields(strings.Join(lines, " ")), " ") }
