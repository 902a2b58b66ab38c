//go:build unix

package client

import (
	"os"
	"os/exec"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"

	"gm/internal/nodump"
)

// quitSignals are those that end the program.
func quitSignals() []os.Signal {
	return []os.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT}
}

// signalTime is how long a signal that the process sends to itself may take.
const signalTime = time.Second

// endBySignal ends the process by s. SIGQUIT would have the runtime print its stacks:
// for that one the status of a shell is returned.
func endBySignal(s os.Signal) (status int) {
	number, ok := s.(unix.Signal)
	if !ok {
		return exitFailed
	}
	if number != unix.SIGQUIT {
		signal.Reset(number)
		unix.Kill(os.Getpid(), number)
		<-time.After(signalTime)
	}
	return 128 + int(number)
}

// watchSignals gives the events that this system tells of by signals; the
// keyboard tells of none.
func watchSignals(<-chan struct{}) (events <-chan systemEvent, stop func()) {
	names := map[os.Signal]systemEvent{
		unix.SIGWINCH: systemResized,
		unix.SIGTSTP:  systemSuspend,
		unix.SIGCONT:  systemContinued,
	}
	for _, s := range quitSignals() {
		names[s] = systemQuit
	}
	signals := make(chan os.Signal, len(names))
	for s := range names {
		signal.Notify(signals, s)
	}
	out, done := make(chan systemEvent), make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				select {
				case out <- names[s]:
				case <-done:
					return
				}
			case <-done:
				return
			}
		}
	}()
	return out, func() { signal.Stop(signals); close(done) }
}

// unnamedTerm is a terminal without $TERM.
const unnamedTerm = ""

// canSuspend says that the user's shell takes over when this process stops.
const canSuspend = true

// suspendSelf stops this process until the user's shell continues it, of which
// systemContinued tells.
func suspendSelf() error { return unix.Kill(os.Getpid(), unix.SIGSTOP) }

// acceptSequences makes the terminal obey escape sequences.
func acceptSequences(in, out *os.File) (undo func(), err error) { return func() {}, nil }

// pixelSize is the window's size in pixels, 0x0 if it is not known.
func pixelSize(out *os.File) (width, height int) {
	size, err := unix.IoctlGetWinsize(int(out.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Xpixel == 0 || size.Ypixel == 0 {
		return 0, 0
	}
	return int(size.Xpixel), int(size.Ypixel)
}

// disableCoreDumps keeps the key off the disk.
func disableCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return err
	}
	return nodump.Disable()
}

// become replaces this process by another program. It returns only on an error.
func become(argv, env []string) (status int, err error) {
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return 0, err
	}
	return 0, unix.Exec(path, argv, env)
}
