package plot

import "math"

// Dots is a panel of amounts on one axis, one line of dots for each subject.
type Dots struct {
	Title  string
	X      Axis
	Groups []Group
	Room   float64 // for the names of the groups
	Width  float64 // of the axis
}

const (
	dotsHeight = 23.0
	dotRadius  = 5.5
	laneHeight = 2*dotRadius + 1
)

// lanes returns a lane for each value of a group, so that no dot is on another: 0, and
// higher ones for dots that would touch one of that lane. n is the number of lanes.
func (d Dots) lanes(g Group) (lanes []int, n int) {
	x := func(i int) float64 { return d.X.position(g.Values[i].Amount) * d.Width }
	for i := range g.Values {
		lane := 0
		for j := 0; j < i; j++ {
			if lanes[j] == lane && math.Abs(x(i)-x(j)) < laneHeight {
				lane, j = lane+1, -1
			}
		}
		lanes, n = append(lanes, lane), max(n, lane+1)
	}
	return lanes, n
}

// groupHeight returns the height of a group with n lanes.
func groupHeight(n int) float64 { return dotsHeight + float64(max(n-1, 0))*laneHeight }

func (d Dots) size() (width, height float64) {
	return d.Room + d.Width + panelMargin, titleRoom(d.Title) + d.height() + axisRoom(d.X)
}

func (d Dots) height() (h float64) {
	for _, g := range d.Groups {
		_, n := d.lanes(g)
		h += groupHeight(n)
	}
	return h
}

func (d Dots) draw(c *canvas, x, y float64) {
	area := box{x + d.Room, y + titleRoom(d.Title), d.Width, d.height()}
	drawAmountAxis(c, area, d.X, x, y, d.Title)
	top := area.top
	for _, g := range d.Groups {
		lanes, n := d.lanes(g)
		middle := top + groupHeight(n)/2
		c.line(area.left, middle, area.left+area.width, middle, grid, 1)
		c.label(label{x: area.left - 10, y: middle + 4.5, text: g.Name, size: nameSize, color: ink, anchor: "end"})
		for i, v := range g.Values {
			up := (float64(lanes[i]) - float64(n-1)/2) * laneHeight
			c.disc(area.x(d.X, v.Amount), middle-up, dotRadius, v.Style.Color)
		}
		top += groupHeight(n)
	}
}
