package client

import (
	"cmp"
	"fmt"
	"time"

	"gm/client/display"
	"gm/vt"
	"gm/wire/state"
)

// Values of --scrollback.
const (
	scrollbackNative = "native" // lines that scroll off go into the terminal's own scrollback
	scrollbackOff    = "off"    // the session is on the terminal's alternate screen
)

// historyLines returns the number of lines that the server keeps.
func (o *options) historyLines() int { return cmp.Or(o.scrollbackLines, state.DefaultHistory) }

// checkScrollback checks --scrollback, which source has set, and --scrollback-lines.
func (o *options) checkScrollback(source string) error {
	switch o.scrollback {
	case "", scrollbackNative, scrollbackOff:
	default:
		return fmt.Errorf("%s is native or off, not %q", source, o.scrollback)
	}
	if o.scrollbackLines < 0 || o.scrollbackLines > vt.MaxHistory {
		return fmt.Errorf("--scrollback-lines is at most %d, not %d", vt.MaxHistory, o.scrollbackLines)
	}
	return nil
}

// scrolledOff returns the lines that have scrolled off the session's screen.
func (c *session) scrolledOff() display.ScrolledOff {
	remote, _ := c.transport.Remote()
	return display.ScrolledOff{Screen: remote.Screen, Top: remote.History.Top, Clears: remote.History.Clears, Alternate: remote.EchoState.Alternate}
}

// acknowledgeHistory acknowledges lines of the history at once while the server has more:
// it sends them only after that.
func (c *session) acknowledgeHistory(now time.Time) {
	remote, _ := c.transport.Remote()
	had, has := c.history, remote.History
	c.history = has
	if has.End > had.End && (had.End < had.Top || has.End < has.Top) {
		c.transport.AcknowledgeNow(now)
	}
}

func (c *session) reportScrolled(now time.Time, s state.Scrolled) {
	c.transport.SetLocal(now, c.transport.Local().WithScrolled(s))
}

// bareScreen returns the session's screen in the user's window, with nothing over it.
func (c *session) bareScreen() *vt.Screen {
	remote, _ := c.transport.Remote()
	return c.view.show(remote.Screen, c.cols, c.rows, c.resizing(&remote)).Resized(c.cols, c.windowRows())
}

// heading returns the line above the history of a session that the client has entered;
// empty for one that was begun for it.
func (s *settings) heading() string {
	if s.begun || s.sessionName == "" {
		return ""
	}
	return "[gm: " + s.place() + "]"
}

func (s *settings) usesScrollback() bool {
	return s.extensions.Has(state.ExtHistory) && s.historyLines > 0
}

// resizeSettle is how long the window must keep its size before it is painted: while the
// user drags its edge, the terminal moves lines between window and scrollback.
const resizeSettle = 60 * time.Millisecond

// resizePatience is how long a resized window waits for the session's screen to take its
// size. Until then it shows what the terminal has made of the last frame: rows of another
// width would go into the scrollback if the window were resized again.
const resizePatience = 500 * time.Millisecond

// resizing is what is known about a window that was resized, until it is painted.
type resizing struct {
	settled time.Time // when the window has kept its size for long enough
	limit   time.Time // of the wait for the session's screen and the kernel to have the size
	asked   bool      // the terminal was asked for the row of the cursor
}

func (l *loop) resized(now time.Time) {
	l.display.Resized()
	l.resizing = resizing{settled: now.Add(resizeSettle), limit: now.Add(resizePatience)}
}

// awaitsSize reports whether the session's screen may still take the size of the window.
func (c *session) awaitsSize() bool {
	remote, _ := c.transport.Remote()
	cols, rows := remote.Screen.Size()
	return (cols != c.cols || rows != c.rows) && c.resizing(&remote)
}

// locate finds out what the terminal has done to the lines of a resized window. The writer
// is not busy.
func (l *loop) locate(now time.Time) {
	switch {
	case now.Before(l.resizing.settled), now.Before(l.resizing.limit) && l.session.awaitsSize():
		return
	case !l.resizing.asked:
		l.resizing.asked = true
		l.writer.start(append(l.writer.buffer(), l.query.askRow(now)...))
		return
	case now.Before(l.query.rowUntil):
		return
	}
	cols, rows := l.session.cols, l.session.windowRows()
	at := l.query.located
	if at.rows > 0 && (at.cols != cols || at.rows != rows) && now.Before(l.resizing.limit) {
		l.resizing.asked, l.resizing.settled = false, now.Add(resizeSettle)
		return // the kernel is to have the size
	}
	l.resizing = resizing{}
	l.writer.start(l.display.Locate(l.writer.buffer(), cols, rows, at.row-1, !l.query.fixedLines))
	if from, span := l.display.Scrolled(); span != (vt.Span{}) {
		l.session.reportScrolled(now, state.Scrolled{From: from, Span: span})
	}
}

func (l *loop) locateDeadline() time.Time {
	switch {
	case !l.display.NeedsPosition():
		return time.Time{}
	case l.resizing.asked:
		return l.query.rowUntil
	}
	if l.session.awaitsSize() {
		return l.resizing.limit
	}
	return l.resizing.settled
}
