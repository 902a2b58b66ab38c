package client

import (
	"time"

	"gm/client/picture"
	"gm/vt"
	screen "gm/vt/picture"
	"gm/wire/state"
)

// windowSize is the size of a window in cells and in pixels.
type windowSize struct{ cols, rows, width, height int }

// terminal holds the size and the capabilities of the user's terminal.
type terminal struct {
	tty      windowSize // as the system reports it
	caps     vt.Capabilities
	measured windowSize // when caps.Text was reported
	asked    bool       // the replies have arrived, or will not
}

// sendAppearance sends the appearance of the user's terminal if it has changed and the
// server supports that.
func (c *session) sendAppearance(now time.Time, a state.Appearance) {
	looks := a.Merge(c.sentAppearance)
	if looks == c.sentAppearance || !c.granted.Has(state.ExtAppearance) {
		return
	}
	c.sentAppearance = looks
	c.transport.SetLocal(now, c.transport.Local().WithAppearance(a))
}

func (c *session) handleReplies(now time.Time, theme vt.Theme, caps vt.Capabilities) {
	t := &c.terminal
	t.caps, t.asked = caps, true
	t.measured = windowSize{c.cols, c.windowRows(), caps.Text.Width, caps.Text.Height}
	c.sendAppearance(now, state.Appearance{Theme: theme})
	c.sendTerminal(now)
}

// sendTerminal sends the capabilities that the terminal has replied. A server without
// that extension gets only the size in pixels, if the system reports none.
func (c *session) sendTerminal(now time.Time) {
	t := &c.terminal
	switch {
	case !t.asked:
	case c.granted.Has(state.ExtTerminal):
		c.transport.SetLocal(now, c.transport.Local().WithTerminal(t.scaled(c.cols, c.rows)))
	case t.tty.width == 0:
		text := t.scaled(c.cols, c.rows).Text
		c.sendAppearance(now, state.Appearance{Width: text.Width, Height: text.Height})
	}
}

// scaled returns the capabilities with the text area scaled to a window of another
// size, by whole cells.
func (t *terminal) scaled(cols, rows int) vt.Capabilities {
	caps := t.caps
	if m := t.measured; caps.Text != (vt.Pixels{}) && m.cols > 0 && m.rows > 0 {
		caps.Text = vt.Pixels{Width: m.width * cols / m.cols, Height: m.height * rows / m.rows}
	}
	return caps
}

// zoom notes that the font has another size than in the window before: its cells have. It
// reports whether they do.
func (t *terminal) zoom(was windowSize) bool {
	if t.caps.Cell == (vt.Pixels{}) || t.tty.width == 0 || was.width == 0 || t.tty.cell() == was.cell() {
		return false
	}
	t.caps.Cell = t.tty.cell()
	if t.caps.Text != (vt.Pixels{}) {
		t.caps.Text = vt.Pixels{Width: t.tty.cols * t.caps.Cell.Width, Height: t.tty.rows * t.caps.Cell.Height}
		t.measured = windowSize{t.tty.cols, t.tty.rows, t.caps.Text.Width, t.caps.Text.Height}
	}
	return true
}

// cell returns the size of a cell in pixels. A window may be wider than its cells by less than
// one pixel for each.
func (w windowSize) cell() vt.Pixels {
	return vt.Pixels{Width: w.width / max(w.cols, 1), Height: w.height / max(w.rows, 1)}
}

func (c *session) handleResize(now time.Time, w windowSize) {
	if n := c.rowsBelow(w.rows); n > 0 {
		w.rows, w.height = w.rows-n, w.height-n*w.height/w.rows
	}
	was := windowSize{c.cols, c.rows, c.terminal.tty.width, c.terminal.tty.height}
	c.terminal.tty = w
	zoomed := c.terminal.zoom(was)
	c.resize(now, w.cols, w.rows)
	c.sendAppearance(now, state.Appearance{Width: w.width, Height: w.height})
	if zoomed || c.terminal.caps.Text != (vt.Pixels{}) && (was.cols != c.cols || was.rows != c.rows) {
		c.sendTerminal(now)
	}
}

// setPictures chooses the protocol by which pictures are drawn. It reports whether there is
// one.
func (l *loop) setPictures(caps vt.Capabilities) bool {
	p, g := &l.pictures, l.query.graphics
	t := terminal{caps: caps, tty: l.session.terminal.tty, measured: windowSize{l.session.cols, l.session.rows, caps.Text.Width, caps.Text.Height}}
	p.Cell = screen.Size(t.cell(l.session.cols, l.session.rows))
	p.Protocol = picture.None
	switch {
	case !l.session.granted.Has(state.ExtPictures) || l.passages.Off || p.Cell.Width <= 0 || p.Cell.Height <= 0:
	case g.kitty && g.placeholders:
		p.Protocol = picture.Placeholders
	case g.kitty:
		p.Protocol = picture.Kitty
	case g.files || l.passages.ITerm2:
		p.Protocol = picture.ITerm2
	case g.sixel:
		p.Protocol = picture.Sixel
	}
	if g.registers > 1 {
		p.Registers = min(g.registers, maxRegisters)
	}
	return p.Protocol != picture.None
}

// appendFrame appends the output that shows a frame and its pictures.
func (l *loop) appendFrame(dst []byte, frame *vt.Screen) []byte {
	off := l.session.scrolledOff()
	if l.display.Switches(off) { // each screen of a terminal has pictures of its own
		dst = l.pictures.Stop(dst)
	}
	if l.pictures.Protocol != picture.None {
		l.pictures.Cell = screen.Size(l.session.terminal.cell(l.session.cols, l.session.rows))
	}
	dst, frame = l.pictures.AppendNew(dst, frame, l.display.Repaint)
	dst = l.display.Frame(dst, frame, off)
	return l.pictures.Append(dst, l.display.Painted(), l.display.Paints())
}

// maxRegisters bounds the colours of a picture in sixels.
const maxRegisters = 1024

func (l *loop) appendQueries(now time.Time, dst []byte) []byte {
	if !l.queryTerminal {
		return dst
	}
	widths := noWidths
	switch {
	case l.session.rows < 2 || l.session.cols < 9:
	case l.display.HasScrollback():
		widths = widthsHere
	default:
		widths = widthsBelowTop
	}
	return append(dst, l.query.ask(now, l.queryDCS, widths)...)
}

func (l *loop) appendColorQueries(now time.Time, dst []byte) []byte {
	if !l.colorsChanged {
		return dst
	}
	l.colorsChanged = false
	var set *vt.Colors
	if painted := l.display.Painted(); painted != nil {
		set = painted.Colors
	}
	return append(dst, l.query.askColors(now, set)...)
}

func (l *loop) handleReplies(now time.Time) {
	theme, caps, ok := l.query.takeAppearance(now)
	switch {
	case !ok:
	case l.query.schemeReported:
		l.query.schemeReported, l.colorsChanged = false, true
	default:
		l.display.WantColorReports = l.query.reportsScheme()
		l.display.Theme = theme
		dialect := l.dialect.With(caps)
		if l.setPictures(caps) {
			caps.Features |= vt.FeaturePictures
		}
		if l.pictures.Protocol == picture.Placeholders {
			dialect.Pictures, dialect.PictureIDs = true, l.pictures.IDs()
		}
		l.display.SetDialect(dialect)
		l.session.handleReplies(now, theme, caps)
	}
}
