//go:build unix

package prompt

import (
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
)

func openTerminal() (in, out *os.File, err error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	return tty, tty, err
}

// watchSuspend returns a channel that receives SIGTSTP, which the suspend key sends, until
// stop is called.
func watchSuspend() (suspended <-chan os.Signal, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGTSTP)
	return signals, func() { signal.Stop(signals) }
}

// suspendTime bounds the wait for a signal that the process sends to itself.
const suspendTime = 100 * time.Millisecond

// suspend stops the process until the user's shell continues it. It returns at once in the
// process group of the session leader, because no shell would continue that.
func suspend() {
	session, err1 := unix.Getsid(0)
	group, err2 := unix.Getpgid(0)
	if err1 != nil || err2 != nil || session == group {
		return
	}
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	defer signal.Stop(continued)
	unix.Kill(os.Getpid(), unix.SIGSTOP) // the runtime leaves no default action for SIGTSTP
	select {
	case <-continued:
	case <-time.After(suspendTime):
	}
}
