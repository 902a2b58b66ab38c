package client

import (
	"errors"
	"os"
	"time"

	"golang.org/x/term"
)

// tty is the user's terminal.
type tty struct {
	in, out        *os.File
	output         *os.File // out, for writing to it in the session
	keyboard       *keyboard
	saved          *term.State // its state before raw; nil if it is not raw
	restoreConsole func()      // undoes acceptSequences
}

// openTTY takes standard input and output, which must be a terminal.
func openTTY() (*tty, error) {
	t := &tty{in: os.Stdin, out: os.Stdout}
	for _, f := range []*os.File{t.in, t.out} {
		if !term.IsTerminal(int(f.Fd())) {
			return nil, hinted{
				errors.New("standard input and output are not a terminal"),
				"run it in a terminal; for a command whose output goes elsewhere use ssh",
			}
		}
	}
	t.keyboard = newKeyboard(t.in)
	return t, nil
}

// raw makes every key come as it is typed. It is safe to call again, for when
// something else may have changed the terminal.
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

// restore gives the terminal the state that it had before raw. It is safe to
// call at any time.
func (t *tty) restore() error {
	if t.saved == nil {
		return nil
	}
	saved := t.saved
	t.saved = nil
	t.restoreConsole()
	return term.Restore(int(t.in.Fd()), saved)
}

// releaser returns a function that gives the terminal back from outside of the
// loop, whatever state it is in: it throws away what the terminal has not taken,
// restores its state, ends a sequence that was cut off and writes leave.
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

// size is the window's; 80x24 if the system does not know it in cells,
// 0x0 if it does not know it in pixels.
func (t *tty) size() windowSize {
	cols, rows, err := term.GetSize(int(t.out.Fd()))
	if err != nil || cols <= 0 || rows <= 0 {
		cols, rows = 80, 24
	}
	width, height := pixelSize(t.out)
	return windowSize{cols, rows, width, height}
}
