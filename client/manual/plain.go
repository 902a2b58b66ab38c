package manual

import "strings"

const (
	plainWidth = 78 // greatest width of a line of a topic
	itemIndent = "      "
)

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

// fill writes text in lines of at most plainWidth columns, each after indent.
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
