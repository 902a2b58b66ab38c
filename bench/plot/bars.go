package plot

// Bars is a panel of amounts in groups of bars.
type Bars struct {
	Title  string
	X      Axis // from 0; a Max of 0 is replaced
	Groups []Group
	Room   float64 // for the names of the groups
	Width  float64 // of the longest bar
}

// Group is the bars of one subject.
type Group struct {
	Name   string
	Values []Value
}

// Value is one bar or dot.
type Value struct {
	Style  Style
	Amount float64
	Text   string // at its end
}

const (
	barHeight   = 15.0
	barGap      = 3.0
	groupGap    = 15.0
	valueRoom   = 76.0
	titleHeight = 38.0
	axisHeight  = 34.0
	labelHeight = 20.0
	nameSize    = 13.0
	amountSize  = 11.5
	panelMargin = 24.0
)

func (b Bars) size() (width, height float64) {
	return b.Room + b.Width + valueRoom + panelMargin, titleRoom(b.Title) + b.height() + axisRoom(b.X)
}

// titleRoom and axisRoom are the heights above and below the bars.
func titleRoom(title string) float64 {
	if title == "" {
		return 8
	}
	return titleHeight
}

func axisRoom(a Axis) float64 {
	if a.Label == "" {
		return axisHeight
	}
	return axisHeight + labelHeight
}

func (b Bars) height() (h float64) {
	for _, g := range b.Groups {
		h += g.height() + groupGap
	}
	return h
}

func (g Group) height() float64 { return float64(len(g.Values))*(barHeight+barGap) - barGap }

func most(groups []Group) (m float64) {
	for _, g := range groups {
		for _, v := range g.Values {
			m = max(m, v.Amount)
		}
	}
	return m
}

func (b Bars) draw(c *canvas, x, y float64) {
	axis := b.X.cover(most(b.Groups))
	area := box{x + b.Room, y + titleRoom(b.Title), b.Width, b.height()}
	drawAmountAxis(c, area, axis, x, y, b.Title)
	at := area.top + groupGap/2
	for _, g := range b.Groups {
		c.label(label{x: area.left - 10, y: at + g.height()/2 + 4.5, text: g.Name, size: nameSize, color: ink, anchor: "end"})
		for _, v := range g.Values {
			width := max(axis.position(v.Amount)*area.width, 1)
			c.rect(area.left, at, width, barHeight, v.Style.Color)
			c.label(label{x: area.left + width + 6, y: at + barHeight - 3.5, text: v.Text, size: amountSize, color: muted, anchor: "start"})
			at += barHeight + barGap
		}
		at += groupGap - barGap
	}
}

// drawAmountAxis draws the frame of bars and dots: a title at x, y, the axis below, and
// a line at each tick.
func drawAmountAxis(c *canvas, area box, axis Axis, x, y float64, title string) {
	c.label(label{x: x, y: y + 20, text: title, size: 14, color: ink, anchor: "start", bold: true})
	bottom := area.top + area.height
	for _, v := range axis.ticks() {
		c.line(area.x(axis, v), area.top, area.x(axis, v), bottom, grid, 1)
		c.label(label{x: area.x(axis, v), y: bottom + 16, text: axis.format(v), size: 11, color: muted, anchor: "middle"})
	}
	c.line(area.left, area.top, area.left, bottom, frame, 1)
	c.label(label{x: area.left + area.width/2, y: bottom + 35, text: axis.Label, size: 12, color: muted, anchor: "middle"})
}
