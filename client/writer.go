package client

import (
	"io"
	"sync/atomic"
)

// writeSize is how many bytes are written to the terminal at once. Between two
// writes the rest can be given up.
const writeSize = 8 << 10

// writer writes to the user's terminal in a goroutine of its own, one frame at
// a time, so that a slow terminal does not hold up the session. Its fields are
// the loop's; run only reads the channels.
type writer struct {
	out       io.Writer
	frames    chan []byte
	done      chan error
	busy      bool   // a frame is on its way
	spare     []byte // of the frame before
	abandoned atomic.Bool
}

func newWriter(out io.Writer) *writer {
	return &writer{out: out, frames: make(chan []byte, 1), done: make(chan error, 1)}
}

// run writes until close.
func (w *writer) run() {
	for frame := range w.frames {
		var err error
		for len(frame) > 0 && err == nil && !w.abandoned.Load() {
			n := min(len(frame), writeSize)
			_, err = w.out.Write(frame[:n])
			frame = frame[n:]
		}
		w.done <- err
	}
}

// buffer returns the memory for the next frame, empty.
func (w *writer) buffer() []byte { return w.spare[:0] }

// start writes a frame made in buffer. The writer must not be busy.
func (w *writer) start(frame []byte) {
	w.spare = frame
	if len(frame) > 0 {
		w.busy = true
		w.frames <- frame
	}
}

// wrote takes what came on done.
func (w *writer) wrote(err error) error {
	w.busy = false
	return err
}

// abandon gives up the frame under way: nothing more of it is written after the
// current Write.
func (w *writer) abandon() { w.abandoned.Store(true) }

func (w *writer) close() { close(w.frames) }
