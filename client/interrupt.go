package client

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"golang.org/x/term"
)

// signalError is the error of a login that was ended by a signal.
type signalError struct{ signal os.Signal }

func (i signalError) Error() string { return fmt.Sprintf("ended by a signal: %v", i.signal) }

// interruptible calls do with a context that the first of quitSignals cancels. The
// error is then a signalError, whatever do has returned.
func interruptible(do func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, quitSignals()...)
	defer signal.Stop(signals)
	go func() {
		select {
		case s := <-signals:
			cancel(signalError{s})
		case <-ctx.Done():
		}
	}()
	err := do(ctx)
	if i, ok := context.Cause(ctx).(signalError); ok {
		return i
	}
	return err
}

// raise ends the program by the signal, as without a handler. Where that is not
// possible it returns the exit status that shells use.
func (i signalError) raise() (status int) {
	if term.IsTerminal(int(os.Stderr.Fd())) {
		fmt.Fprintln(stderr()) // after the prompt, or the ^C
	}
	return endBySignal(i.signal)
}
