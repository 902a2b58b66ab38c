package picture

import "math"

// Placement is an image in a rectangle of cells. Its cells have its number as their colour.
type Placement struct {
	Number     uint32 // 1 to MaxNumber
	Image      *Image
	Cols, Rows int
	// Box is the size of the rectangle in pixels, of which the image covers Target. The two
	// are those of the terminal for which the program has placed the image.
	Box    Size
	Source Rect // the part of the image that is shown
	Target Rect
}

// MaxNumber is the largest number of a placement: a colour has 24 bits.
const MaxNumber = 1<<24 - 1

// Check reports an error if the placement exceeds a limit.
func (p *Placement) Check() error {
	if err := p.Image.Check(); err != nil {
		return err
	}
	return p.checkSize()
}

// checkSize is Check without the data.
func (p *Placement) checkSize() error {
	if err := p.Image.checkSize(); err != nil {
		return err
	}
	box := Rect{Size: p.Box}
	switch {
	case p.Number == 0 || p.Number > MaxNumber, p.Cols <= 0 || p.Rows <= 0 || p.Cols > MaxCells || p.Rows > MaxCells:
		return ErrData
	case p.Box.Width < p.Cols || p.Box.Height < p.Rows || p.Box.Width > maxBox || p.Box.Height > maxBox:
		return ErrData
	case !(Rect{Size: p.Image.Size}).contains(p.Source) || !box.contains(p.Target):
		return ErrData
	}
	return nil
}

// maxBox bounds the side of a rectangle of cells, in pixels: cells have at most maxCell.
const (
	maxCell = 256
	maxBox  = MaxCells * maxCell
)

// contains reports whether other is not empty and within r.
func (r Rect) contains(other Rect) bool {
	return other.Width > 0 && other.Height > 0 && other.X >= r.X && other.Y >= r.Y &&
		other.X <= r.X+r.Width-other.Width && other.Y <= r.Y+r.Height-other.Height
}

// defaultCell is the size of a cell of a terminal that does not report it.
var defaultCell = Size{10, 20}

// layout places a part of an image. cell is the size of a cell; zero if it is unknown.
type layout struct {
	source     Rect
	cols, rows int  // of the rectangle; 0 for as many as the image needs
	x, y       int  // of the image in the first cell, in pixels
	contain    bool // the image keeps its proportions, in the middle of the rectangle
	width      int  // of the image in pixels, if neither is given; 0 for its own
	height     int
}

// place sets the rectangle of p.
func (l layout) place(p *Placement, cell Size) {
	if cell.Width <= 0 || cell.Height <= 0 || cell.Width > maxCell || cell.Height > maxCell {
		cell = defaultCell
	}
	x, y := min(l.x, cell.Width-1), min(l.y, cell.Height-1)
	width, height := l.width, l.height
	switch source := l.source.Size; {
	case l.cols > 0 && l.rows > 0:
		width, height = max(l.cols*cell.Width-x, 1), max(l.rows*cell.Height-y, 1)
	case l.cols > 0:
		width = max(l.cols*cell.Width-x, 1)
		height = scaled(source.Height, width, source.Width)
	case l.rows > 0:
		height = max(l.rows*cell.Height-y, 1)
		width = scaled(source.Width, height, source.Height)
	case width == 0 && height == 0:
		width, height = source.Width, source.Height
	case width == 0:
		width = scaled(source.Width, height, source.Height)
	case height == 0:
		height = scaled(source.Height, width, source.Width)
	}
	width, height = min(width, MaxCells*cell.Width-x), min(height, MaxCells*cell.Height-y)
	p.Source = l.source
	p.Cols, p.Rows = (x+width+cell.Width-1)/cell.Width, (y+height+cell.Height-1)/cell.Height
	p.Box = Size{p.Cols * cell.Width, p.Rows * cell.Height}
	p.Target = Rect{x, y, Size{width, height}}
	if l.contain {
		p.Target = contained(l.source.Size, p.Target.Size)
	}
}

// scaled returns n*to/from, rounded, and at least 1.
func scaled(n, to, from int) int {
	return int(max(math.Round(float64(n)*float64(to)/float64(from)), 1))
}

// contained returns the largest rectangle with the proportions of an image in the middle of
// a box.
func contained(image, box Size) Rect {
	width, height := box.Width, scaled(image.Height, box.Width, image.Width)
	if height > box.Height {
		width, height = min(scaled(image.Width, box.Height, image.Height), box.Width), box.Height
	}
	return Rect{(box.Width - width) / 2, (box.Height - height) / 2, Size{width, height}}
}
