package plot

import "strings"

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

// Figure is panels in columns, below a title and a legend and above a note. Each panel is in
// the column that is shortest before it. A long legend is in a place that they leave free.
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
	noteLine     = 15.0
	entryGap     = 26.0
	swatch       = 24.0
	letter       = 6.9 // approximate width of a letter of 13 pixels
	noteLetter   = 5.9 // and of 11 pixels
)

// SVG returns the figure as an SVG document.
func (f Figure) SVG() []byte {
	c := &canvas{}
	y := f.head(c)
	columns := make([]box, f.Columns) // what is in use; height counts from y
	for i := range columns {
		columns[i] = box{left: margin, top: y}
	}
	for i, p := range f.Panels {
		w, h := p.size()
		at := shortest(columns)
		if i < f.Columns { // the first row has the widths of the columns
			at = i
			columns[at].width = w
			for next := i + 1; next < f.Columns; next++ {
				columns[next].left = columns[at].left + w
			}
		}
		p.draw(c, columns[at].left, y+columns[at].height)
		columns[at].height += h
	}
	bottom, width := y, 0.0
	for _, column := range columns {
		bottom, width = max(bottom, y+column.height), max(width, column.left+column.width+margin)
	}
	if f.legendBelow() {
		last := columns[f.Columns-1]
		f.listLegend(c, last.left+46, y+last.height+titleHeight)
	}
	for _, line := range wrap(f.Note, int((width-2*margin)/noteLetter)) {
		c.label(label{x: margin, y: bottom + noteHeight/2, text: line, size: 11, color: muted, anchor: "start"})
		bottom += noteLine
	}
	return c.document(width, bottom-noteLine+noteHeight)
}

// shortest returns the index of the first of the columns that are not higher than others.
func shortest(columns []box) (at int) {
	for i, c := range columns {
		if c.height < columns[at].height {
			at = i
		}
	}
	return at
}

// legendBelow reports whether the legend is in the place of a panel, below the last column:
// there is one, and the legend needs as much.
func (f Figure) legendBelow() bool {
	return len(f.Legend) > 4 && f.Columns > 1 && len(f.Panels)%f.Columns == f.Columns-1
}

// wrap splits a text at spaces into lines of at most length runes, if its words allow.
func wrap(text string, length int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > length {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

// head draws the title and the legend, and returns the y at which the panels begin.
func (f Figure) head(c *canvas) (y float64) {
	c.label(label{x: margin, y: 36, text: f.Title, size: 19, color: ink, anchor: "start", bold: true})
	c.label(label{x: margin, y: 56, text: f.Subtitle, size: 12.5, color: muted, anchor: "start"})
	if len(f.Legend) == 0 || f.legendBelow() {
		return headHeight
	}
	x, y := margin, headHeight+20
	for _, e := range f.Legend {
		x = e.draw(c, x, y) + entryGap
	}
	return headHeight + legendHeight
}

// listLegend draws the entries of the legend below each other.
func (f Figure) listLegend(c *canvas, x, y float64) {
	for i, e := range f.Legend {
		e.draw(c, x, y+float64(i)*legendHeight)
	}
}

// draw draws the entry with its left end at x and its baseline at y, and returns its right
// end.
func (e Entry) draw(c *canvas, x, y float64) (end float64) {
	if e.Curve {
		c.path([][2]float64{{x, y - 4.5}, {x + swatch, y - 4.5}}, e.Style, 2.5)
		x += swatch
	} else {
		c.disc(x+6, y-4.5, 6, e.Style.Color)
		x += 12
	}
	c.label(label{x: x + 7, y: y, text: e.Name, size: 13, color: ink, anchor: "start"})
	return x + 7 + letter*float64(len([]rune(e.Name)))
}
