//go:build !unix && !windows

package client

import (
	"errors"
	"os"
	"os/signal"
)

// quitSignals are those that end the program.
func quitSignals() []os.Signal { return []os.Signal{os.Interrupt} }

// watchSignals gives the events that this system tells of by signals; the
// keyboard tells of none.
func watchSignals(<-chan struct{}) (events <-chan systemEvent, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, quitSignals()...)
	out, done := make(chan systemEvent), make(chan struct{})
	go func() {
		select {
		case <-signals:
			select {
			case out <- systemQuit:
			case <-done:
			}
		case <-done:
		}
	}()
	return out, func() { signal.Stop(signals); close(done) }
}

// canSuspend says that the user's shell takes over when this process stops.
const canSuspend = false

func suspendSelf() error { return errors.ErrUnsupported }

// acceptSequences makes the terminal obey escape sequences.
func acceptSequences(in, out *os.File) (undo func(), err error) { return func() {}, nil }

// pixelSize is not known here.
func pixelSize(*os.File) (width, height int) { return 0, 0 }

// disableCoreDumps has nothing to do: there are none.
func disableCoreDumps() error { return nil }

// become runs another program in place of this one.
func become(argv, env []string) (status int, err error) { return runChild(argv, env) }
