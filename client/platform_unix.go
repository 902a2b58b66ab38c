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

func quitSignals() []os.Signal {
	return []os.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT}
}

// selfSignalTimeout bounds the delivery of a signal from the process to itself.
const selfSignalTimeout = time.Second

// endBySignal ends the process by s. After SIGQUIT, which has the runtime print its
// stacks, it returns the exit status that shells use.
func endBySignal(s os.Signal) (status int) {
	number, ok := s.(unix.Signal)
	if !ok {
		return exitFailed
	}
	if number != unix.SIGQUIT {
		signal.Reset(number)
		unix.Kill(os.Getpid(), number)
		<-time.After(selfSignalTimeout)
	}
	return 128 + int(number)
}

// watchSignals returns a channel of the events that signals report; stop ends them.
// The argument is unused: a signal reports a resized window.
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

// unnamedTerm stands for an unset $TERM.
const unnamedTerm = ""

// canSuspend reports whether the user's shell takes over when the process stops.
const canSuspend = true

// suspendSelf stops the process. systemContinued reports that it was continued.
func suspendSelf() error { return unix.Kill(os.Getpid(), unix.SIGSTOP) }

func acceptSequences(in, out *os.File) (undo func(), err error) { return func() {}, nil }

// pixelSize returns the size of the window in pixels, 0x0 if unknown (TIOCGWINSZ).
func pixelSize(out *os.File) (width, height int) {
	size, err := unix.IoctlGetWinsize(int(out.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Xpixel == 0 || size.Ypixel == 0 {
		return 0, 0
	}
	return int(size.Xpixel), int(size.Ypixel)
}

func disableCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return err
	}
	return nodump.Disable()
}

// become replaces the process by another program. It returns only after an error.
func become(argv, env []string) (status int, err error) {
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return 0, err
	}
	return 0, unix.Exec(path, argv, env)
}
