//go:build linux

package main

import (
	"fmt"
	"strings"

	"gm/vt"
)

// Sizes in SVG units.
const (
	cellWidth  = 8.4
	cellHeight = 18
	textUp     = 13 // from the top of a cell to the baseline
)

// palette has the first 16 colours.
var palette = strings.Fields(`#45475a #f38ba8 #a6e3a1 #f9e2af #3b5fa8 #f5c2e7 #94e2d5 #cdd6f4
	#585b70 #f38ba8 #a6e3a1 #f9e2af #89b4fa #f5c2e7 #94e2d5 #ffffff`)

const (
	textColor = "#cdd6f4"
	backColor = "#1e1e2e"
)

func color(c vt.Color, fallback string) string {
	if r, g, b, ok := c.RGB(); ok {
		return fmt.Sprintf("#%02x%02x%02x", r, g, b)
	}
	if i, ok := c.Palette(); ok && int(i) < len(palette) {
		return palette[i]
	}
	return fallback
}

// drawRow returns a row of a screen as SVG with its top at 0, or the empty string for a
// blank row.
func drawRow(s *vt.Screen, y int) string {
	width, _ := s.Size()
	var b strings.Builder
	for x := 0; x < width; {
		rendition := s.Rendition(s.Cell(x, y))
		end := x
		var text []byte
		for end < width && s.Rendition(s.Cell(end, y)) == rendition {
			if c := s.Cell(end, y); c.Blank() {
				text = append(text, ' ')
			} else {
				text = s.AppendText(text, c)
			}
			end++
		}
		drawRun(&b, x, end-x, string(text), rendition)
		x = end
	}
	return b.String()
}

func drawRun(b *strings.Builder, x, n int, text string, rendition vt.Rendition) {
	left, width := float64(x)*cellWidth, float64(n)*cellWidth
	if !rendition.Bg.IsDefault() {
		fmt.Fprintf(b, `<rect x="%.1f" width="%.1f" height="%d" fill="%s"/>`, left, width, cellHeight, color(rendition.Bg, backColor))
	}
	shown := strings.TrimRight(text, " ")
	if shown == "" {
		return
	}
	style := fmt.Sprintf(` fill="%s"`, color(rendition.Fg, textColor))
	if rendition.Attrs&vt.Bold != 0 {
		style += ` font-weight="bold"`
	}
	if rendition.Underline != vt.UnderlineNone {
		style += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%d" textLength="%.1f"%s>%s</text>`, left, textUp,
		float64(vt.TextWidth(shown))*cellWidth, style, escape(shown))
}

func drawCursor(s *vt.Screen, y int) string {
	if s.Cursor.Hidden || s.Cursor.Y != y {
		return ""
	}
	return fmt.Sprintf(`<rect x="%.1f" y="1" width="%.1f" height="%d" fill="#cdd6f4" fill-opacity=".6"/>`,
		float64(s.Cursor.X)*cellWidth, cellWidth, cellHeight-2)
}
