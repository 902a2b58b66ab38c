package server

import (
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
)

// answer is the program's answer to input, which the user waits for. The zero
// answer expects none.
type answer struct {
	left int  // frames that may still be hurried
	open bool // the next frame has some of it
}

// expect notes that the program was given input.
func (a *answer) expect() { a.left = answerFrames }

// begin notes output, and says whether its frame is to be hurried and how long
// the program must be quiet before. What follows the first frame is gathered
// for as long as any output is.
func (a *answer) begin() (settle time.Duration, hurry bool) {
	if a.left == 0 {
		return 0, false
	}
	a.open = true
	if a.left < answerFrames {
		return wire.ServerMinDelay, true
	}
	return answerQuiet, true
}

// sent notes that a frame was sent.
func (a *answer) sent() {
	if a.open {
		a.left, a.open = a.left-1, false
	}
}
