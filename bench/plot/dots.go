package plot

// Dots is a panel of amounts on one axis, one line of dots for each subject.
type Dots struct {
	Title  string
	X      Axis
	Groups []Group
	Room   float64 // for the names of the groups
	Width  float64 // of the axis
}

const dotsHeight = 23.0

func (d Dots) size() (width, height float64) {
	return d.Room + d.Width + panelMargin, titleRoom(d.Title) + d.height() + axisRoom(d.X)
}

func (d Dots) height() float64 { return float64(len(d.Groups)) * dotsHeight }

func (d Dots) draw(c *canvas, x, y float64) {
	area := box{x + d.Room, y + titleRoom(d.Title), d.Width, d.height()}
	drawAmountAxis(c, area, d.X, x, y, d.Title)
	for i, g := range d.Groups {
		middle := area.top + (float64(i)+0.5)*dotsHeight
		c.line(area.left, middle, area.left+area.width, middle, grid, 1)
		c.label(label{x: area.left - 10, y: middle + 4.5, text: g.Name, size: nameSize, color: ink, anchor: "end"})
		for _, v := range g.Values {
			c.disc(area.x(d.X, v.Amount), middle, 5.5, v.Style.Color)
		}
	}
}
