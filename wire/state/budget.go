package state

import (
	"errors"

	"gm/vt"
)

// A few bytes of a hoststring can change every cell of a large screen, and a message
// holds millions of bytes. No peer's diff comes near maxScreens times the cells of
// the screen, or leastBudget for a small one: a message that costs more is refused,
// so that a hostile server cannot keep its client busy.
const (
	maxScreens  = 20
	leastBudget = 1 << 20 // cells
)

var errWork = errors.New("message that costs too much")

// budget bounds the work of applying one message to a terminal.
type budget struct {
	term  *vt.Terminal
	area  int // cells of the largest screen so far
	spent int // on changes of size
}

func newBudget(term *vt.Terminal) *budget {
	cols, rows := term.Size()
	return &budget{term: term, area: cols * rows}
}

// check returns an error if too much was done.
func (b *budget) check() error {
	if b.term.Work()+b.spent > max(leastBudget, maxScreens*b.area) {
		return errWork
	}
	return nil
}

// write writes a hoststring in pieces, to a large screen in short ones.
func (b *budget) write(text []byte) error {
	const largest = vt.MaxCols * vt.MaxRows
	piece := min(max(64*largest/b.area, 64), 4<<10)
	for len(text) > 0 {
		n := min(piece, len(text))
		b.term.Write(text[:n])
		text = text[n:]
		if err := b.check(); err != nil {
			return err
		}
	}
	return nil
}

// resize changes the size, which costs as much as the cells of both.
func (b *budget) resize(cols, rows int) error {
	c, r := b.term.Size()
	b.area = max(b.area, cols*rows)
	b.spent += c*r + cols*rows
	if err := b.check(); err != nil {
		return err
	}
	b.term.Resize(cols, rows)
	return nil
}
