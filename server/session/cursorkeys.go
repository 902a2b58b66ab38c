package session

import "time"

// cursorKeyDelay bounds how long the rest of a cursor key is waited for.
const cursorKeyDelay = 50 * time.Millisecond

// cursorKeyTranslator translates cursor keys for a program that has not set DECCKM.
//
// A stock client keeps its terminal's cursor keys in application mode: they arrive as
// ESC O A to ESC O F, and ESC O H (SS3). Such a program expects ESC [ in the place of
// ESC O. A key may be split over any number of calls. With the extension "keys" the
// user's terminal is in the program's mode and nothing is translated.
type cursorKeyTranslator struct {
	state cursorKeyState
}

type cursorKeyState uint8

const (
	cursorKeyGround cursorKeyState = iota
	cursorKeyEscape                // ESC was passed on
	cursorKeySS3                   // ESC was passed on, O is held
)

// translate appends keys to dst, translated unless asTyped is set.
func (c *cursorKeyTranslator) translate(dst, keys []byte, asTyped bool) []byte {
	for _, b := range keys {
		switch {
		case c.state == cursorKeySS3:
			c.state = cursorKeyGround
			if isCursorKey(b) && !asTyped {
				dst = append(dst, '[', b)
				continue
			}
			dst = append(dst, 'O')
		case c.state == cursorKeyEscape && b == 'O' && !asTyped:
			c.state = cursorKeySS3
			continue
		}
		c.state = cursorKeyGround
		if b == 0x1b {
			c.state = cursorKeyEscape
		}
		dst = append(dst, b)
	}
	return dst
}

// isCursorKey reports whether b ends the sequence of a key that DECCKM changes in
// xterm: an arrow, Begin (the keypad's 5), End or Home.
func isCursorKey(b byte) bool { return b >= 'A' && b <= 'F' || b == 'H' }

// holding reports whether an O is held. The user may have typed Alt-O, so the caller
// flushes it unless more follows soon.
func (c *cursorKeyTranslator) holding() bool { return c.state == cursorKeySS3 }

func (c *cursorKeyTranslator) flush(dst []byte) []byte {
	if c.state == cursorKeySS3 {
		dst = append(dst, 'O')
	}
	c.state = cursorKeyGround
	return dst
}
