//go:build linux

package main

import (
	"fmt"
	"html"
	"strings"
)

// Spaces in SVG units.
const (
	margin     = 12
	titleSpace = 26
)

// escape escapes a text, and keeps the second of two spaces, and one at the beginning, from
// being collapsed.
func escape(text string) string {
	if strings.HasPrefix(text, " ") {
		text = "\u00a0" + text[1:]
	}
	return html.EscapeString(strings.ReplaceAll(text, "  ", " \u00a0"))
}

// document returns an SVG document with a title, a style sheet and elements.
func document(width, height int, title, style, elements string) []byte {
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" xml:space="preserve">
<title>%s</title>
%s<rect x=".5" y=".5" width="%d" height="%d" rx="8" fill="#11111b" stroke="#45475a"/>
%s</svg>
`, width, height, html.EscapeString(title), style, width-1, height-1, elements)
}
