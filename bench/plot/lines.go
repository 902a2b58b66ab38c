package plot

import (
	"math"
	"slices"
)

// Lines is a panel of curves over an axis.
type Lines struct {
	Title  string
	X, Y   Axis
	Series []Curve
}

// Curve is the points of a line, at least one, in the order in which they are joined.
type Curve struct {
	Style  Style
	Xs, Ys []float64
}

// box is the area of a diagram within the axes.
type box struct{ left, top, width, height float64 }

func (b box) x(a Axis, v float64) float64 { return b.left + a.position(v)*b.width }
func (b box) y(a Axis, v float64) float64 { return b.top + (1-a.position(v))*b.height }

func (l Lines) size() (width, height float64) {
	return 372, titleHeight + 200 + axisRoom(l.X)
}

func (l Lines) draw(c *canvas, x, y float64) {
	b := box{x + 46, y + titleHeight, 300, 200}
	c.label(label{x: b.left, y: b.top - 12, text: l.Title, size: 14, color: ink, anchor: "start", bold: true})
	for _, v := range l.X.minorTicks() {
		c.line(b.x(l.X, v), b.top+b.height, b.x(l.X, v), b.top+b.height+3, frame, 0.75)
	}
	for _, v := range l.X.ticks() {
		c.line(b.x(l.X, v), b.top, b.x(l.X, v), b.top+b.height+5, grid, 1)
		c.label(label{x: b.x(l.X, v), y: b.top + b.height + 18, text: l.X.format(v), size: 11, color: muted, anchor: "middle"})
	}
	for _, v := range l.Y.ticks() {
		c.line(b.left, b.y(l.Y, v), b.left+b.width, b.y(l.Y, v), grid, 1)
		c.label(label{x: b.left - 7, y: b.y(l.Y, v) + 4, text: l.Y.format(v), size: 11, color: muted, anchor: "end"})
	}
	c.line(b.left, b.top+b.height, b.left+b.width, b.top+b.height, frame, 1)
	c.label(label{x: b.left + b.width/2, y: b.top + b.height + 36, text: l.X.Label, size: 12, color: muted, anchor: "middle"})
	c.label(label{x: b.left - 40, y: b.top + b.height/2, text: l.Y.Label, size: 12, color: muted, anchor: "middle", turned: true})
	for i, s := range slices.Backward(l.Series) {
		c.path(l.points(b, s), s.Style, lineWidth+widthStep*float64(i))
	}
}

// The first curve is on top and the thinnest, so that one below it can be seen beside it.
const (
	lineWidth = 1.75
	widthStep = 0.35
)

// resolution is the distance in pixels below which a point is left out, unless it is the
// last one.
const resolution = 0.3

func (l Lines) points(b box, s Curve) (at [][2]float64) {
	for i, v := range s.Xs {
		p := [2]float64{b.x(l.X, v), b.y(l.Y, s.Ys[i])}
		if n := len(at) - 1; n < 0 || i == len(s.Xs)-1 || math.Abs(p[0]-at[n][0])+math.Abs(p[1]-at[n][1]) >= resolution {
			at = append(at, p)
		}
	}
	return at
}
