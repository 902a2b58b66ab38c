package client

import (
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/windows"
)

// sizePoll is the interval in which the size of the window is read: a console with
// more lines than its window reports no change.
const sizePoll = time.Second

// quitSignals returns the signals that end the program: the console's interrupt, and
// the closing of its window.
func quitSignals() []os.Signal { return []os.Signal{os.Interrupt, windows.SIGTERM} }

// endBySignal returns the exit status that shells on Unix use for a program that was
// ended by s.
func endBySignal(s os.Signal) (status int) {
	if s == os.Interrupt {
		return 128 + int(windows.SIGINT)
	}
	return 128 + int(windows.SIGTERM)
}

// watchSignals returns a channel of the events that signals and the keyboard report;
// stop ends them.
func watchSignals(resized <-chan struct{}) (events <-chan systemEvent, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, quitSignals()...)
	poll := time.NewTicker(sizePoll)
	out, done := make(chan systemEvent), make(chan struct{})
	go func() {
		for {
			e := systemResized
			select {
			case <-poll.C:
			case <-resized:
			case <-signals:
				e = systemQuit
			case <-done:
				return
			}
			select {
			case out <- e:
			case <-done:
				return
			}
		}
	}()
	return out, func() { signal.Stop(signals); poll.Stop(); close(done) }
}

// unnamedTerm stands for an unset $TERM: the console of Windows 10 and later.
const unnamedTerm = "ms-terminal"

// canSuspend reports whether the user's shell takes over when the process stops.
const canSuspend = false

func suspendSelf() error { return windows.ERROR_NOT_SUPPORTED }

// acceptSequences makes the console interpret escape sequences, in UTF-8, and report
// a resized window.
func acceptSequences(in, out *os.File) (undo func(), err error) {
	if err := addConsoleMode(in, windows.ENABLE_WINDOW_INPUT); err != nil {
		return nil, err
	}
	handle := windows.Handle(out.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(handle, &mode); err != nil {
		return nil, err
	}
	wanted := mode | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING | windows.DISABLE_NEWLINE_AUTO_RETURN
	if err := windows.SetConsoleMode(handle, wanted); err != nil {
		return nil, err
	}
	const utf8 = 65001
	page, err := windows.GetConsoleOutputCP()
	if err == nil {
		err = windows.SetConsoleOutputCP(utf8)
	}
	if err != nil {
		windows.SetConsoleMode(handle, mode)
		return nil, err
	}
	return func() {
		windows.SetConsoleOutputCP(page)
		windows.SetConsoleMode(handle, mode)
	}, nil
}

// addConsoleMode adds to the mode that term.MakeRaw has set. Restoring the terminal
// undoes it.
func addConsoleMode(f *os.File, mode uint32) error {
	var old uint32
	if err := windows.GetConsoleMode(windows.Handle(f.Fd()), &old); err != nil {
		return err
	}
	return windows.SetConsoleMode(windows.Handle(f.Fd()), old|mode)
}

func pixelSize(*os.File) (width, height int) { return 0, 0 }

func disableCoreDumps() error { return nil }

func become(argv, env []string) (status int, err error) { return runChild(argv, env) }
