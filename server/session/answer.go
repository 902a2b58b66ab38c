package session

import (
	"bytes"
	"time"

	"gm/wire"
)

const (
	// answerFrames is how many frames after input are sent ahead of the time
	// for frames: the echo of a return key, and what the command wrote.
	answerFrames = 2

	// answerQuiet is how long a program must have been quiet for its first
	// frame after input to be complete. It is the writing of one screen that
	// must not be cut: programs do that with few calls in a row.
	answerQuiet = time.Millisecond

	// commandQuiet is the same after a return: what a quick command writes comes
	// along with the new line.
	commandQuiet = 4 * time.Millisecond

	// maxEcho is how many bytes are typed at once, at most, for their echo to
	// be looked for.
	maxEcho = 16
)

// answer is the program's answer to input, which the user waits for. The zero
// answer expects none.
type answer struct {
	left  int    // frames that may still be hurried
	open  bool   // the next frame has some of it
	typed []byte // text that was typed and is not echoed yet; empty for other keys
	line  bool   // a line was ended by the last keys
}

// expect notes that the program was given keys.
func (a *answer) expect(keys []byte) {
	a.left, a.line = answerFrames, bytes.ContainsAny(keys, "\r\n")
	if len(a.typed)+len(keys) > maxEcho || bytes.ContainsFunc(keys, isControl) {
		a.typed = a.typed[:0]
		return
	}
	a.typed = append(a.typed, keys...)
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// begin notes output, and says whether its frame is to be hurried and how long
// the program must be quiet before. The echo of what was typed is complete; the
// drawing of a program that hides the cursor meanwhile is not. What follows the
// first frame is gathered for as long as any output is.
func (a *answer) begin(output []byte, drawing bool) (settle time.Duration, hurry bool) {
	whole := a.echoed(output)
	if a.left == 0 {
		return 0, false
	}
	a.open = true
	switch {
	case a.left < answerFrames || drawing:
		return wire.ServerMinDelay, true
	case whole:
		return 0, true
	case a.line:
		return commandQuiet, true
	}
	return answerQuiet, true
}

// echoed says that output ends the echo of what was typed, of which it is all
// or the rest.
func (a *answer) echoed(output []byte) bool {
	rest, is := bytes.CutPrefix(a.typed, output)
	if len(a.typed) == 0 || !is {
		a.typed = a.typed[:0]
		return false
	}
	a.typed = append(a.typed[:0], rest...)
	return len(rest) == 0
}

// sent notes that a frame was sent.
func (a *answer) sent() {
	if a.open {
		a.left, a.open = a.left-1, false
	}
}
