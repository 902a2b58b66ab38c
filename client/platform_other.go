//go:build !unix && !windows

package client

import (
	"errors"
	"os"
	"os/signal"
)

func quitSignals() []os.Signal { return []os.Signal{os.Interrupt} }

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

func acceptSequences(in, out *os.File) (undo func(), err error) { return func() {}, nil }

func pixelSize(*os.File) (width, height int) { return 0, 0 }

func disableCoreDumps() error { return nil }

func become(argv, env []string) (status int, err error) { return runChild(argv, env) }
