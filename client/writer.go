package client

import (
	"io"
	"sync/atomic"
)

// writeSize is the largest write to the terminal, in bytes. Between two writes the
// rest of a frame can be abandoned.
const writeSize = 8 << 10

// writer writes frames to the user's terminal, one at a time, in a goroutine of its
// own, so that a slow terminal does not block the session. What the terminal takes at
// once is written without that goroutine. The fields belong to the loop, except for the
// channels and abandoned.
type writer struct {
	out       io.Writer
	atOnce    func(p []byte) (n int, err error) // writes without waiting; nil if that is impossible
	frames    chan []byte
	done      chan error
	busy      bool   // a frame is being written
	spare     []byte // memory of the frame before
	abandoned atomic.Bool
}

func newWriter(out io.Writer) *writer {
	return &writer{out: out, frames: make(chan []byte, 1), done: make(chan error, 1)}
}

// run writes frames until close, and sends the result of each to done.
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

func (w *writer) buffer() []byte { return w.spare[:0] }

// start begins to write a frame, which may be in the memory of buffer. The writer must
// not be busy. It is not busy after an empty frame and after one that the terminal takes
// at once.
func (w *writer) start(frame []byte) {
	w.spare = frame
	var err error
	if w.atOnce != nil && len(frame) > 0 {
		var n int
		n, err = w.atOnce(frame[:min(len(frame), writeSize)])
		frame = frame[n:]
	}
	switch {
	case err != nil:
		w.busy = true
		w.done <- err
	case len(frame) > 0:
		w.busy = true
		w.frames <- frame
	}
}

func (w *writer) wrote(err error) error {
	w.busy = false
	return err
}

// abandon ends the frame being written after the current Write.
func (w *writer) abandon() { w.abandoned.Store(true) }

func (w *writer) close() { close(w.frames) }
