package main

import (
	"fmt"
	"html"
)

// Spaces in SVG units.
const (
	margin     = 12
	titleSpace = 26
)

// document returns an SVG document with a title and elements.
func document(width, height int, title, elements string) []byte {
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" xml:space="preserve">
<title>%s</title>
<rect width="100%%" height="100%%" rx="8" fill="#11111b"/>
%s</svg>
`, width, height, html.EscapeString(title), elements)
}
