package client

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"gm/internal/hint"
)

// tty is the user's terminal.
type tty struct {
	in, out        *os.File
	output         *os.File // out, opened such that a write can be abandoned
	keyboard       *keyboard
	saved          *term.State // state before makeRaw; nil if restored
	restoreConsole func()      // undoes acceptSequences
}

// keySource is the part of os.File that is used.
type keySource interface {
	io.Reader
	SetReadDeadline(time.Time) error
}

// openTTY returns the terminal that is standard input and output.
func openTTY() (*tty, error) {
	t := &tty{in: os.Stdin, out: os.Stdout}
	for _, f := range []*os.File{t.in, t.out} {
		if !term.IsTerminal(int(f.Fd())) {
			return nil, &hint.Error{
				Err:  errors.New("standard input and output are not a terminal"),
				Hint: "run it in a terminal; a command whose output goes elsewhere: gm HOST -- COMMAND",
			}
		}
	}
	t.keyboard = newKeyboard(t.in)
	return t, nil
}

// makeRaw puts the terminal into raw mode. It may be called again if another program
// may have changed the mode; restore still sets the one before the first call.
func (t *tty) makeRaw() error {
	saved, err := term.MakeRaw(int(t.in.Fd()))
	if err != nil || t.saved != nil {
		return err
	}
	undo, err := acceptSequences(t.in, t.out)
	if err != nil {
		return errors.Join(err, term.Restore(int(t.in.Fd()), saved))
	}
	t.saved, t.restoreConsole = saved, undo
	return nil
}

func (t *tty) restore() error {
	if t.saved == nil {
		return nil
	}
	saved := t.saved
	t.saved = nil
	t.restoreConsole()
	return term.Restore(int(t.in.Fd()), saved)
}

// emergencyRestore returns a function that restores the terminal from another
// goroutine than the loop's, whatever it was doing: it discards pending output, sets
// the old state, ends a control string that was cut off, and writes leave.
func (t *tty) emergencyRestore(leave []byte) func() {
	in, out, screen, saved, undo := t.in, t.out, t.output, t.saved, t.restoreConsole
	return func() {
		screen.SetWriteDeadline(time.Unix(1, 0))
		flushOutput(out)
		undo()
		term.Restore(int(in.Fd()), saved)
		screen.SetWriteDeadline(time.Now().Add(writeTimeout))
		screen.Write(append([]byte("\x1b\\"), leave...))
	}
}

// size returns the size of the window: 80x24 if unknown, and 0x0 for unknown pixels.
func (t *tty) size() windowSize {
	cols, rows, err := term.GetSize(int(t.out.Fd()))
	if err != nil || cols <= 0 || rows <= 0 {
		cols, rows = 80, 24
	}
	width, height := pixelSize(t.out)
	return windowSize{cols, rows, width, height}
}

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
