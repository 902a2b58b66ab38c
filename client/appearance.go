package client

import (
	"time"

	"gm/wire/state"
)

// windowSize is a window's size in cells and in pixels.
type windowSize struct{ cols, rows, width, height int }

// appears tells the server how the user's terminal looks, if it may be told and
// does not know.
func (c *session) appears(now time.Time, a state.Appearance) {
	looks := a.Over(c.looks)
	if looks == c.looks || !c.granted.Has(state.ExtAppearance) {
		return
	}
	c.looks = looks
	c.transport.SetLocal(now, c.transport.Local().WithAppearance(a))
}

// answered takes what the user's terminal has said of itself.
func (c *session) answered(now time.Time, a state.Appearance) {
	if a.Width > 0 {
		c.measured = windowSize{c.cols, c.rows, a.Width, a.Height}
	}
	c.appears(now, a)
}

// reshaped takes the size of the user's window. If the system does not know it
// in pixels (0), the cells are taken to be as large as the terminal has said.
func (c *session) reshaped(now time.Time, w windowSize) {
	if m := c.measured; w.width == 0 && m.cols > 0 {
		w.width, w.height = m.width*w.cols/m.cols, m.height*w.rows/m.rows
	}
	c.resized(now, w.cols, w.rows)
	c.appears(now, state.Appearance{Width: w.width, Height: w.height})
}

// ask appends the questions to the user's terminal, once.
func (l *loop) ask(dst []byte) []byte {
	if !l.asks {
		return dst
	}
	l.asks = false
	return append(dst, l.inquiry.ask(time.Now(), l.tty.size().width == 0)...)
}

// hush waits for the answers that are on their way: the program that reads the
// terminal next would take them for keys.
func (l *loop) hush() {
	for now := time.Now(); l.inquiry.asking(now) && !l.blind; now = time.Now() {
		select {
		case input := <-l.keys:
			l.blind = input == nil
			l.inquiry.filter(now, input)
		case <-time.After(l.inquiry.began.Add(askTime).Sub(now)):
		}
	}
}
