//go:build !unix && !windows

package client

import (
	"errors"
	"os"
	"os/signal"
)

// quitSignals returns the signals that end the program.
func quitSignals() []os.Signal { return []os.Signal{os.Interrupt} }

// watchSignals returns a channel of the events that signals report; stop ends them.
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

// canSuspend reports whether the user's shell takes over when the process stops.
const canSuspend = false

func suspendSelf() error { return errors.ErrUnsupported }

// acceptSequences has nothing to do.
func acceptSequences(in, out *os.File) (undo func(), err error) { return func() {}, nil }

// pixelSize returns 0x0: the size is unknown.
func pixelSize(*os.File) (width, height int) { return 0, 0 }

// disableCoreDumps has nothing to do: there are no core dumps.
func disableCoreDumps() error { return nil }

// become runs another program and returns its exit status.
func become(argv, env []string) (status int, err error) { return runChild(argv, env) }
