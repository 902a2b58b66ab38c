package vt

// A row belongs to the screen whose owner it names: only that screen may write
// to it. Every other screen that holds it copies it first.
type row struct {
	cells []Cell
	owner *owner
	// wrapped says that the text goes on in the next row: the line was broken
	// by autowrap and not by the program.
	wrapped bool
	// end bounds what a Terminal has written: from here on the cells are zero.
	end int
}

// owner is the identity of one stretch of writing. It has a size, so that two
// of them have two addresses.
type owner struct{ _ byte }

// clone gives a copy of r that o may write to.
func (r *row) clone(o *owner) *row {
	c := &row{cells: make([]Cell, len(r.cells)), owner: o, wrapped: r.wrapped, end: r.end}
	copy(c.cells, r.cells)
	return c
}

// cut makes the border on the left of column x one that no wide character
// crosses: a character that did leaves two blanks.
func (r *row) cut(x int) { cut(r.cells, x) }

// fill sets the cells from x0 up to but not including x1.
func (r *row) fill(x0, x1 int, c Cell) {
	r.cut(x0)
	r.cut(x1)
	r.set(x0, x1, c)
}

// set is fill where no wide character crosses the borders.
func (r *row) set(x0, x1 int, c Cell) {
	r.touch(x1)
	cells := r.cells[x0:x1]
	if c == 0 {
		clear(cells)
		if x1 == len(r.cells) {
			r.end = min(r.end, x0)
		}
		return
	}
	for i := range cells {
		cells[i] = c
	}
}

// touch notes that the cells left of x are written. A row whose last column is
// written no longer goes on in the next.
func (r *row) touch(x int) {
	r.end = max(r.end, x)
	if x == len(r.cells) {
		r.wrapped = false
	}
}

// shift moves the cells from x0 up to but not including x1 by n columns, to the
// right if n is positive, and puts c where none come from.
func (r *row) shift(x0, x1, n int, c Cell) {
	r.cut(x0)
	r.cut(x1)
	cells := r.cells[x0:x1]
	switch width := len(cells); {
	case n >= width || -n >= width:
		r.set(x0, x1, c)
	case n > 0:
		r.cut(x1 - n)
		copy(cells[n:], cells)
		r.set(x0, x0+n, c)
	case n < 0:
		r.cut(x0 - n)
		copy(cells, cells[-n:])
		r.set(x1+n, x1, c)
	}
	r.touch(x1)
}
