package client

import (
	"math"
	"time"

	"gm/client/keys"
	"gm/client/plainrow"
	"gm/vt"
	"gm/wire/state"
)

// view shows the session's screen in the user's window, which may have another size: the
// window of another client may decide the size of the screen.
type view struct {
	viewport   vt.Viewport
	cols, rows int  // of the screen
	foreign    bool // the screen has not the size of the window, and is not about to have it
	// ours is the number of the first state that contains the size of the window, if the
	// screen had the size before.
	ours    uint64
	modes   vt.Modes // of the last frame
	pressed bool     // a button is down that was pressed within the screen
	report  []byte   // the last translated report of the mouse
}

// show returns the screen for a window of a size. If the screen may still take the size of
// the window, there is no border.
func (v *view) show(s *vt.Screen, cols, rows int, resizing bool) *vt.Screen {
	v.cols, v.rows = s.Size()
	v.modes = s.Modes
	same := v.cols == cols && v.rows == rows
	v.foreign = !same && !resizing
	if same || v.foreign {
		return v.viewport.Show(s, cols, rows)
	}
	if s = v.viewport.Show(s, min(cols, v.cols), min(rows, v.rows)); cols <= v.cols && rows <= v.rows {
		return s
	}
	return s.Resized(cols, rows)
}

// resizing reports whether the screen may still take the size of the window, because the
// screen was made before the server had it. A server without sessions always does so.
func (c *session) resizing(screen *state.Screen) bool {
	return !c.granted.Has(state.ExtSessions) || screen.EchoAck < c.view.ours
}

// translates reports whether reports of the mouse are changed.
func (v *view) translates() bool {
	x, y := v.viewport.Origin()
	return v.modes.Mouse != 0 && (v.foreign || x != 0 || y != 0)
}

// translate returns a report of the mouse with the position on the screen for one in the
// window; nothing if it is not for the program. A press beyond the edges of the screen is
// dropped. A button that was pressed within the screen is dragged and released at its
// edge. cell is the size of a cell in pixels. If it is unknown, reports in pixels are dropped
// unless the view begins at the top left of the screen.
func (v *view) translate(t *keys.Token, cell vt.Pixels) []byte {
	m, ok := t.Mouse()
	if !ok || !v.translates() {
		return t.Raw
	}
	x, y := v.viewport.Origin()
	unit := vt.Pixels{Width: 1, Height: 1}
	if v.modes.MouseEncoding == mousePixels {
		unit = cell
	}
	if unit.Width <= 0 || unit.Height <= 0 {
		if x == 0 && y == 0 {
			return t.Raw
		}
		return nil
	}
	m.X, m.Y = m.X+x*unit.Width, m.Y+y*unit.Height
	right, bottom := v.cols*unit.Width, v.rows*unit.Height
	inside := m.X <= right && m.Y <= bottom
	if !v.pass(&m, inside) {
		return nil
	}
	m.X, m.Y = min(m.X, right), min(m.Y, bottom)
	if v.report, ok = m.Append(v.report[:0]); !ok {
		return nil
	}
	return v.report
}

// mousePixels is the encoding in which positions are in pixels (mode 1016).
const mousePixels vt.MouseEncoding = 1016

// pass reports whether the program gets a report of the mouse from a position inside the
// screen or not.
func (v *view) pass(m *keys.MouseReport, inside bool) bool {
	pressed := v.pressed
	switch {
	case m.Wheel() || m.Motion():
	case m.Release():
		v.pressed = false
	default:
		v.pressed = pressed || inside
		pressed = false
	}
	return inside || pressed && !m.Wheel()
}

// cell returns the size of a cell in pixels; zero if it is unknown.
func (t *terminal) cell(cols, rows int) vt.Pixels {
	switch {
	case t.caps.Cell != (vt.Pixels{}):
		return t.caps.Cell
	case t.tty.width > 0 && t.tty.height > 0:
		return vt.Pixels{Width: t.tty.width / max(cols, 1), Height: t.tty.height / max(rows, 1)}
	}
	text := t.scaled(cols, rows).Text
	return vt.Pixels{Width: text.Width / max(cols, 1), Height: text.Height / max(rows, 1)}
}

// minPlainRows is the least height of a window that has a row for messages.
const minPlainRows = 3

// rowsBelow returns the number of rows below the screen in a window of some rows, and keeps
// it for windowRows.
func (c *session) rowsBelow(rows int) int {
	c.below = 0
	if c.plain && rows >= minPlainRows {
		c.below = 1
	}
	return c.below
}

// windowRows returns the number of rows of the user's window.
func (c *session) windowRows() int { return c.rows + c.below }

// withRow returns s with the row for messages.
func (c *session) withRow(now time.Time, s *vt.Screen) *vt.Screen {
	message := c.bar.text(now, c.contact(now), math.MaxInt)
	if c.panel.open && c.bar.question == "" {
		message = c.panel.page(c.cols)
	}
	remote, _ := c.transport.Remote()
	c.row.Set(now, message, c.cols, plainrow.PlaceIn(remote.Screen))
	if c.below == 0 {
		return s
	}
	return c.row.Paint(s, c.commands.visible(c.cols), c.commands.open)
}
