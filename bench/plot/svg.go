package plot

import (
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// canvas is an SVG document under construction. Lengths are in pixels.
type canvas struct{ text strings.Builder }

// Colours and fonts that elements share.
const (
	ink    = "#24292f" // titles
	muted  = "#57606a" // labels
	grid   = "#e4e8ec"
	frame  = "#8c959f"
	paper  = "#ffffff"
	family = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
)

// dark has the colours of pages with a dark background, by those of pages with a light one.
var dark = map[string]string{
	ink: "#e6edf3", muted: "#9da7b3", grid: "#2a313c", frame: "#6e7681", paper: "#0d1117",
	Blue.Color: "#56b4e9", Vermillion.Color: "#f0883e", Green.Color: "#2fc79a", Gray.Color: "#a0a0a0",
}

// darkStyle returns the style sheet that replaces the colours on dark pages. Viewers that
// do not know style sheets show the light ones.
func darkStyle() string {
	var b strings.Builder
	b.WriteString("<style>@media (prefers-color-scheme: dark) {\n")
	for _, light := range slices.Sorted(maps.Keys(dark)) {
		fmt.Fprintf(&b, ".f%s{fill:%s} .s%s{stroke:%s}\n", light[1:], dark[light], light[1:], dark[light])
	}
	b.WriteString("}</style>\n")
	return b.String()
}

// colors returns attributes for colours, which are "" or one of the keys of dark.
func colors(fill, stroke string) string {
	if fill == "" {
		return fmt.Sprintf(`class="s%s" fill="none" stroke="%s"`, stroke[1:], stroke)
	}
	if stroke == "" {
		return fmt.Sprintf(`class="f%s" fill="%s"`, fill[1:], fill)
	}
	return fmt.Sprintf(`class="f%s s%s" fill="%s" stroke="%s"`, fill[1:], stroke[1:], fill, stroke)
}

func (c *canvas) printf(format string, a ...any) { fmt.Fprintf(&c.text, format+"\n", a...) }

func (c *canvas) document(width, height float64) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="%s">`+"\n",
		width, height, width, height, family)
	b.WriteString(darkStyle())
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" %s/>`+"\n", colors(paper, ""))
	b.WriteString(c.text.String())
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// label is a text at a point.
type label struct {
	x, y   float64
	text   string
	size   float64
	color  string
	anchor string // start, middle or end
	bold   bool
	turned bool // runs upwards
}

func (c *canvas) label(l label) {
	more := ""
	if l.bold {
		more += ` font-weight="600"`
	}
	if l.turned {
		more += fmt.Sprintf(` transform="rotate(-90 %.1f %.1f)"`, l.x, l.y)
	}
	c.printf(`<text x="%.1f" y="%.1f" font-size="%.4g" %s text-anchor="%s"%s>%s</text>`,
		l.x, l.y, l.size, colors(l.color, ""), l.anchor, more, escape(l.text))
}

func (c *canvas) line(x1, y1, x2, y2 float64, color string, width float64) {
	c.printf(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" %s stroke-width="%.4g"/>`, x1, y1, x2, y2, colors("", color), width)
}

func (c *canvas) rect(x, y, width, height float64, color string) {
	c.printf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="1.5" %s/>`, x, y, width, height, colors(color, ""))
}

func (c *canvas) disc(x, y, radius float64, color string) {
	c.printf(`<circle cx="%.1f" cy="%.1f" r="%.4g" %s/>`, x, y, radius, colors(color, paper))
}

func (c *canvas) path(points [][2]float64, s Style, width float64) {
	var b strings.Builder
	for i, p := range points {
		fmt.Fprintf(&b, "%c%.1f %.1f", "ML"[min(i, 1)], p[0], p[1])
	}
	dash := ""
	if s.Dashed {
		dash = ` stroke-dasharray="5 3"`
	}
	c.printf(`<path d="%s" %s stroke-width="%.4g" stroke-linejoin="round"%s/>`, b.String(), colors("", s.Color), width, dash)
}

func escape(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // a Builder never fails
	return b.String()
}
