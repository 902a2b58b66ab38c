//go:build unix

package prompt

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"gm/internal/sanitize"
	"gm/internal/termios"
)

// Keys that leave a relay, as in a session: Ctrl-^ followed by a period.
const (
	relayEscape = 0x1e
	relayQuit   = '.'
)

// relayStopTime bounds the wait at the end of a relay for a write to the host.
const relayStopTime = time.Second

// terminalRelay is a relay of a terminal.
type terminalRelay struct {
	in, out *os.File
	clean   *sanitize.Writer
	before  *term.State

	once    sync.Once
	stopped chan struct{}
	done    chan struct{} // closed when keys has returned
}

// Relay writes keys to host until it is stopped or ctx ends. It calls quit when the user
// leaves.
func (t terminal) Relay(ctx context.Context, host io.Writer, quit func()) (Relay, error) {
	t.Status(Status{})
	in, out, err := t.open()
	if err != nil {
		return nil, ErrNoTerminal
	}
	r := &terminalRelay{in: in, out: out, clean: sanitize.NewTerminalWriter(out), stopped: make(chan struct{}), done: make(chan struct{})}
	fd := int(in.Fd())
	r.before, err = term.GetState(fd)
	if err == nil {
		err = setCharacterMode(fd)
	}
	if err != nil {
		r.close()
		return nil, ErrNoTerminal
	}
	go r.keys(host, quit)
	return r, nil
}

// CanRelay reports whether the terminal can be opened.
func (t terminal) CanRelay() bool {
	in, out, err := t.open()
	if err != nil {
		return false
	}
	in.Close()
	if out != in {
		out.Close()
	}
	return true
}

// setCharacterMode turns off line input, echo and signals, and makes a read without input
// return after 0.1 s. Output processing stays on.
func setCharacterMode(fd int) error {
	t, err := termios.Get(fd)
	if err != nil {
		return err
	}
	t.Lflag &^= unix.ECHO | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Iflag &^= unix.IXON | unix.ICRNL
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 0, 1
	return termios.Set(fd, t)
}

// keys reads keys until the relay is stopped.
func (r *terminalRelay) keys(host io.Writer, quit func()) {
	defer close(r.done)
	escaped := false
	for b := make([]byte, 256); ; {
		n, err := r.in.Read(b)
		select {
		case <-r.stopped:
			return
		default:
		}
		if err != nil && !errors.Is(err, io.EOF) { // io.EOF is a read without input
			return
		}
		keys := make([]byte, 0, n)
		for _, key := range b[:n] {
			switch {
			case escaped && key == relayQuit:
				quit()
				return
			case !escaped && key == relayEscape:
				escaped = true
				continue
			}
			escaped = false
			keys = append(keys, key)
		}
		if len(keys) > 0 {
			if _, err := host.Write(keys); err != nil {
				return
			}
		}
	}
}

func (r *terminalRelay) Show(text []byte) { r.clean.Write(text) }

func (r *terminalRelay) Stop() {
	r.once.Do(func() {
		close(r.stopped)
		select {
		case <-r.done:
		case <-time.After(relayStopTime):
		}
		term.Restore(int(r.in.Fd()), r.before)
		r.close()
	})
}

func (r *terminalRelay) close() {
	r.in.Close()
	if r.out != r.in {
		r.out.Close()
	}
}

func (r *terminalRelay) Size() TerminalSize {
	cols, rows, err := term.GetSize(int(r.out.Fd()))
	if err != nil || cols <= 0 || rows <= 0 {
		return TerminalSize{24, 80}
	}
	return TerminalSize{rows, cols}
}
