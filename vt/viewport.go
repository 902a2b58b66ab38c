package vt

// Viewport shows a screen in a window of another size. A smaller window shows the part of
// the screen around the cursor. A larger one shows the screen at the top left, and a
// border at its right and bottom edges. The zero Viewport begins at the top left of the
// screen.
type Viewport struct {
	x, y int
	last cutRows
}

// Origin returns the column and the row of the screen that are at the top left of the
// window.
func (v *Viewport) Origin() (x, y int) { return v.x, v.y }

// Show returns s as a screen of cols by rows, which are clamped as in NewScreen. All state
// of s beside its cells stays the same. If s has this size, Show returns s itself, else a
// screen that shares those rows of s that are not cut.
//
// The view stands still while the cursor is in it. When the cursor leaves it, the view
// moves until the cursor is a quarter of the window from the edge. A hidden cursor is not
// followed, because programs leave it anywhere. A wide character that is cut at an edge of
// the view becomes a blank.
func (v *Viewport) Show(s *Screen, cols, rows int) *Screen {
	cols, rows = clampSize(cols, rows)
	if s.cols == cols && len(s.rows) == rows {
		*v = Viewport{}
		return s
	}
	v.follow(s, cols, rows)
	view := s.Clone()
	view.cols, view.rows = cols, v.rows(s, cols, rows)
	view.left, view.top = s.left+v.x, s.top+v.y
	c := &view.Cursor
	atEdge := c.X == s.cols-1
	c.X = min(max(c.X-s.rows[c.Y].cellAt(v.x), 0), cols-1)
	c.Y = min(max(c.Y-v.y, 0), rows-1)
	c.PendingWrap = c.PendingWrap && atEdge && c.X == cols-1
	return view
}

// follow moves the view to the cursor. A screen with rows of double width is cut at even
// columns only, unless the window has a single column.
func (v *Viewport) follow(s *Screen, cols, rows int) {
	x, width, height := s.cursorColumns()
	if s.Cursor.Hidden {
		width, height = 0, 0
	}
	v.x = followAxis(v.x, x, min(width, cols), cols, s.cols)
	v.y = followAxis(v.y, s.Cursor.Y, height, rows, len(s.rows))
	if s.hasLineAttributes && cols > 1 && v.x%2 != 0 {
		if v.x--; x+width > v.x+cols && x >= v.x+2 {
			v.x += 2
		}
	}
}

// followAxis returns the first cell of a window along one axis of a screen of size cells,
// so that the window shows the n cells from at on. It changes origin only if it must.
func followAxis(origin, at, n, window, size int) int {
	margin := window / 4
	switch {
	case n == 0:
	case at < origin:
		origin = at - margin
	case at+n > origin+window:
		origin = at + n + margin - window
	}
	return min(max(origin, 0), max(size-window, 0))
}

// cursorColumns returns the first column of the screen and the number of columns and of
// rows of the character at the cursor. In a row of double width a cell has two columns.
func (s *Screen) cursorColumns() (x, width, height int) {
	r := s.rows[s.Cursor.Y]
	x, width = s.Cursor.X, 1
	if c := r.cells[x]; c.Tail() {
		x, width = x-1, 2
	} else if c.Wide() {
		width = 2
	}
	if r.attribute != SingleWidth {
		x, width = 2*x, 2*width
	}
	x = min(x, s.cols-1)
	return x, min(width, s.cols-x), 1
}

// cellAt returns the number of the row's cell at column x of the screen.
func (r *row) cellAt(x int) int {
	if r.attribute == SingleWidth {
		return x
	}
	return x / 2
}

// cutRows are the rows of the last view that are not the screen's own. A row that has not
// changed is not cut again: a screen that was cloned, as by Show, replaces a row to write
// to it.
type cutRows struct {
	x, cols, window int
	from, to        []*row
	edge, blank     *row // below the screen
}

func (v *Viewport) rows(s *Screen, cols, rows int) []*row {
	l := &v.last
	if l.x != v.x || l.cols != s.cols || l.window != cols {
		*l = cutRows{x: v.x, cols: s.cols, window: cols}
	}
	if len(l.from) != len(s.rows) {
		l.from, l.to = make([]*row, len(s.rows)), make([]*row, len(s.rows))
	}
	out := make([]*row, rows)
	for y := range out {
		switch at := v.y + y; {
		case at < len(s.rows):
			out[y] = l.row(s.rows[at], at)
		case at == len(s.rows):
			out[y] = l.bottomEdge()
		default:
			out[y] = l.below()
		}
	}
	return out
}

// row returns the view of r, the screen's row y.
func (l *cutRows) row(r *row, y int) *row {
	if l.window == l.cols {
		return r
	}
	if l.from[y] != r {
		l.from[y], l.to[y] = r, cutRow(r, r.cellAt(l.x), l.window)
	}
	return l.to[y]
}

// cutRow returns a row of a number of columns that begins with cell x of r. It has no
// owner, so that each screen copies it before a write.
func cutRow(r *row, x, cols int) *row {
	c := &row{cells: make([]Cell, cols), attribute: r.attribute}
	n := copy(c.cells[:c.columns()], r.cells[min(x, r.columns()):r.columns()])
	c.end = n
	if n > 0 && c.cells[0].Tail() {
		c.cells[0] &= cellRendition
	}
	if n > 0 && c.cells[n-1].Wide() {
		c.cells[n-1] &= cellRendition
	}
	if n < c.columns() {
		c.cells[n] = edgeCell('│')
		c.end++
	}
	return c
}

func (l *cutRows) bottomEdge() *row {
	if l.edge == nil {
		l.edge = &row{cells: make([]Cell, l.window), end: l.window}
		n := min(max(l.cols-l.x, 0), l.window)
		for x := range n {
			l.edge.cells[x] = edgeCell('─')
		}
		if n < l.window {
			l.edge.cells[n] = edgeCell('┘')
		}
	}
	return l.edge
}

func (l *cutRows) below() *row {
	if l.blank == nil {
		l.blank = &row{cells: make([]Cell, l.window)}
	}
	return l.blank
}

// edgeCell returns a cell of the border, which is faint.
func edgeCell(c rune) Cell {
	dim := Rendition{Attrs: Faint}
	return Cell(c) | dim.attributes()
}
