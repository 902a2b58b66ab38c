package plainrow

import (
	"fmt"
	"strings"

	"gm/vt"
)

// Pages returns lines as messages that fit into cols columns, as many lines in one as there
// is room for, each with its number. The first one says how to go on.
func Pages(lines []string, cols int) []string {
	if len(lines) == 0 {
		return nil
	}
	const longest = " (99 of 99)"
	room := max(cols-len(longest), 1)
	var pages []string
	page := ""
	for _, line := range append([]string{"Any key goes on"}, lines...) {
		for _, part := range wrap(line, room) {
			switch {
			case page == "":
				page = part
			case vt.TextWidth(page)+2+vt.TextWidth(part) <= room:
				page += "; " + part
			default:
				pages = append(pages, page)
				page = part
			}
		}
	}
	pages = append(pages, page)
	for i := range pages {
		pages[i] += fmt.Sprintf(" (%d of %d)", i+1, len(pages))
	}
	return pages
}

// wrap splits a line at blanks into parts of at most room columns, and in words that are
// longer.
func wrap(line string, room int) (parts []string) {
	part := ""
	for _, word := range strings.Fields(line) {
		for vt.TextWidth(word) > room {
			n := 0
			for i, r := range word {
				if vt.TextWidth(word[:i])+vt.TextWidth(string(r)) > room {
					break
				}
				n = i + len(string(r))
			}
			if part != "" {
				parts = append(parts, part)
			}
			parts, part, word = append(parts, word[:n]), "", word[n:]
		}
		switch {
		case part == "":
			part = word
		case vt.TextWidth(part)+1+vt.TextWidth(word) <= room:
			part += " " + word
		default:
			parts, part = append(parts, part), word
		}
	}
	if part != "" {
		parts = append(parts, part)
	}
	return parts
}
