package stream

import "time"

const (
	// initialWindow is the credit with which an end begins a stream, in bytes.
	initialWindow = 64 << 10
	// smallWindow is the credit with which it begins one if it has begun manyStreams others,
	// so that they all fit in memory. The peer counts on no more than that.
	smallWindow = 4 << 10
	manyStreams = 64
)

// idleWindow is the time after which a stream whose reader has read all does without its
// window.
const idleWindow = 10 * time.Second

// widen quadruples the window of s, if those of others leave so much.
func (c *Conn) widen(now time.Time, s *Stream) {
	window := min(4*s.in.window, c.cfg.MaxWindow, maxBuffer)
	if !c.mayWiden(s, window) {
		c.narrowIdle(now)
	}
	if window > s.in.window && c.mayWiden(s, window) {
		c.widened += int(window - s.in.window)
		s.in.window = window
	}
}

func (c *Conn) mayWiden(s *Stream, window uint64) bool {
	others := c.widened - int(s.in.window-smallWindow)
	return int(window) <= share(maxMemory-reservedMemory-others, 0)
}

// narrowIdle takes back the windows of idle streams. The peer keeps the credit that it has:
// memory bounds it.
func (c *Conn) narrowIdle(now time.Time) {
	for _, s := range c.streams {
		if s.reset == nil && len(s.in.buf) == 0 && now.Sub(s.widened) > idleWindow {
			c.forgetWindow(s)
		}
	}
}

func (c *Conn) forgetWindow(s *Stream) {
	if s.in.window > smallWindow {
		c.widened -= int(s.in.window - smallWindow)
		s.in.window = smallWindow
	}
}
