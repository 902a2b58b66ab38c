package client

import "io"

// writer writes to the user's terminal in a goroutine of its own, one frame at
// a time, so that a slow terminal does not hold up the session. Its fields are
// the loop's; run only reads the channels.
type writer struct {
	out    io.Writer
	frames chan []byte
	done   chan error
	busy   bool   // a frame is on its way
	spare  []byte // of the frame before
}

func newWriter(out io.Writer) *writer {
	return &writer{out: out, frames: make(chan []byte, 1), done: make(chan error, 1)}
}

// run writes until close.
func (w *writer) run() {
	for frame := range w.frames {
		_, err := w.out.Write(frame)
		w.done <- err
	}
}

// buffer gives the memory for the next frame, empty.
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

// wait waits until the frame on its way is written.
func (w *writer) wait() error {
	if !w.busy {
		return nil
	}
	return w.wrote(<-w.done)
}

func (w *writer) close() { close(w.frames) }
