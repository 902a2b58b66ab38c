package manual

import "strings"

const (
	plainWidth = 78 // of a line of a topic on the terminal
	itemIndent = "      "
)

// plain renders blocks for the terminal.
func plain(bs []block) string {
	var b strings.Builder
	for i, block := range bs {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch block.kind {
		case verbatim:
			b.WriteString(verbatimMark + strings.ReplaceAll(block.text, "\n", "\n"+verbatimMark) + "\n")
		case item:
			b.WriteString("  " + block.tag + "\n")
			fill(&b, itemIndent, block.text)
		default:
			fill(&b, "", block.text)
		}
	}
	return b.String()
}

// fill writes the words of text on lines of plainWidth, each after indent.
func fill(b *strings.Builder, indent, text string) {
	line := indent
	for word := range strings.FieldsSeq(strings.ReplaceAll(text, "`", "")) {
		if line != indent && len(line)+1+len(word) > plainWidth {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n")
}
