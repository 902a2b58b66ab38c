package session

import (
	"bytes"
	"time"

	"gm/wire"
)

const (
	// burstFrames is how many frames after input are sent ahead of the frame rate:
	// the echo of a return key, and the command's output.
	burstFrames = 2

	// settleDelay is how long a program must be quiet for its first frame after input
	// to be complete. Programs write one screen with few calls in a row.
	settleDelay = time.Millisecond

	// lineSettleDelay replaces settleDelay after a return, so that the output of a
	// quick command comes with the new line.
	lineSettleDelay = 4 * time.Millisecond

	// maxEcho bounds the bytes typed at once whose echo is recognized.
	maxEcho = 16
)

// interactiveBurst hurries the frames with the program's response to input. The zero
// value expects no response.
type interactiveBurst struct {
	framesLeft int    // how many frames are still hurried
	pending    bool   // the next frame contains some of the response
	typed      []byte // text whose echo is expected; empty after keys other than text
	line       bool   // the last keys contained a return
}

func (b *interactiveBurst) onInput(keys []byte) {
	b.framesLeft, b.line = burstFrames, bytes.ContainsAny(keys, "\r\n")
	if len(b.typed)+len(keys) > maxEcho || bytes.ContainsFunc(keys, isControl) {
		b.typed = b.typed[:0]
		return
	}
	b.typed = append(b.typed, keys...)
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// onOutput reports whether the frame with output is hurried, and how long the program
// must be quiet before it is sent: not at all after a complete echo, and up to the
// frame rate while a program draws with the cursor hidden, or in the second frame.
func (b *interactiveBurst) onOutput(output []byte, drawing bool) (settle time.Duration, hurry bool) {
	whole := b.echoed(output)
	if b.framesLeft == 0 {
		return 0, false
	}
	b.pending = true
	switch {
	case b.framesLeft < burstFrames || drawing:
		return wire.ServerMinDelay, true
	case whole:
		return 0, true
	case b.line:
		return lineSettleDelay, true
	}
	return settleDelay, true
}

// echoed reports whether output completes the expected echo.
func (b *interactiveBurst) echoed(output []byte) bool {
	rest, is := bytes.CutPrefix(b.typed, output)
	if len(b.typed) == 0 || !is {
		b.typed = b.typed[:0]
		return false
	}
	b.typed = append(b.typed[:0], rest...)
	return len(rest) == 0
}

func (b *interactiveBurst) onSent() {
	if b.pending {
		b.framesLeft, b.pending = b.framesLeft-1, false
	}
}
