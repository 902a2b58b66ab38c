package plot

type Panel interface {
	// size returns the width and height of the panel in pixels.
	size() (width, height float64)
	// draw draws the panel with its upper left corner at x, y.
	draw(c *canvas, x, y float64)
}

type Entry struct {
	Name  string
	Style Style
	Curve bool // drawn as a curve rather than bars or dots
}

// Figure is panels, Columns in a row, below a title and a legend and above a note.
type Figure struct {
	Title, Subtitle, Note string
	Legend                []Entry
	Columns               int
	Panels                []Panel
}

const (
	margin       = 28.0
	headHeight   = 62.0
	legendHeight = 28.0
	noteHeight   = 26.0
	entryGap     = 26.0
	swatch       = 24.0
	letter       = 6.9 // approximate width of a letter of 13 pixels
	noteLetter   = 5.9 // and of 11 pixels
)

// SVG returns the figure as an SVG document.
func (f Figure) SVG() []byte {
	c := &canvas{}
	width := 2*margin + noteLetter*float64(len([]rune(f.Note)))
	y := f.head(c)
	for at := 0; at < len(f.Panels); at += f.Columns {
		x, rowHeight := margin, 0.0
		for _, p := range f.Panels[at:min(at+f.Columns, len(f.Panels))] {
			w, h := p.size()
			p.draw(c, x, y)
			x, rowHeight = x+w, max(rowHeight, h)
		}
		y, width = y+rowHeight, max(width, x+margin)
	}
	c.label(label{x: margin, y: y + noteHeight/2, text: f.Note, size: 11, color: muted, anchor: "start"})
	return c.document(width, y+noteHeight)
}

// head draws the title and the legend, and returns the y at which the panels begin.
func (f Figure) head(c *canvas) (y float64) {
	c.label(label{x: margin, y: 36, text: f.Title, size: 19, color: ink, anchor: "start", bold: true})
	c.label(label{x: margin, y: 56, text: f.Subtitle, size: 12.5, color: muted, anchor: "start"})
	if len(f.Legend) == 0 {
		return headHeight
	}
	x, y := margin, headHeight+20
	for _, e := range f.Legend {
		if e.Curve {
			c.path([][2]float64{{x, y - 4.5}, {x + swatch, y - 4.5}}, e.Style)
			x += swatch
		} else {
			c.disc(x+6, y-4.5, 6, e.Style.Color)
			x += 12
		}
		c.label(label{x: x + 7, y: y, text: e.Name, size: 13, color: ink, anchor: "start"})
		x += 7 + letter*float64(len([]rune(e.Name))) + entryGap
	}
	return headHeight + legendHeight
}
