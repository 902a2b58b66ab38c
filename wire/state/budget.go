package state

import (
	"errors"

	"gm/vt"
)

// One HostMessage may change maxScreens times the cells of the screen, or
// minBudget cells if that is more; a message beyond that is an error. A few bytes
// of a hoststring can change every cell of a large screen and a message holds
// millions of bytes, so without a limit a hostile server could keep its client
// busy. The diffs of real servers stay far below it.
const (
	maxScreens = 20
	minBudget  = 1 << 20 // cells
)

var errWork = errors.New("message exceeds the work budget")

// budget bounds the work of applying one message to a terminal.
type budget struct {
	term       *vt.Terminal
	area       int // cells of the largest screen so far
	resizeWork int // cells touched by resizes
}

func newBudget(term *vt.Terminal) *budget {
	cols, rows := term.Size()
	return &budget{term: term, area: cols * rows}
}

func (b *budget) check() error {
	if b.term.Work()+b.resizeWork > max(minBudget, maxScreens*b.area) {
		return errWork
	}
	return nil
}

// write passes text to write, which writes to the terminal, and checks the budget after every piece. The
// larger the screen, the shorter are the pieces, as each byte may cost more.
func (b *budget) write(text []byte, write func([]byte)) error {
	const largest = vt.MaxCols * vt.MaxRows
	piece := min(max(64*largest/b.area, 64), 4<<10)
	for len(text) > 0 {
		n := min(piece, len(text))
		write(text[:n])
		text = text[n:]
		if err := b.check(); err != nil {
			return err
		}
	}
	return nil
}

func (b *budget) resize(cols, rows int) error {
	c, r := b.term.Size()
	b.area = max(b.area, cols*rows)
	b.resizeWork += c*r + cols*rows
	if err := b.check(); err != nil {
		return err
	}
	b.term.Resize(cols, rows)
	return nil
}

func (b *budget) hoststring(text []byte) { b.term.Write(text) }
