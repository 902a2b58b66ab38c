//go:build unix

package server

import (
	"os"
	"syscall"
	"time"
)

// watchedSignals returns the signals that end a session, and SIGHUP and SIGPIPE, which
// would end the process: from the terminal that it was started from, and from writing a
// log that is not read any more. They are caught rather than ignored, because the
// program would inherit ignored ones.
func watchedSignals() []os.Signal {
	return []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGUSR1, syscall.SIGHUP, syscall.SIGPIPE}
}

func (l *loop) signal(now time.Time, s os.Signal) {
	switch s {
	case syscall.SIGUSR1:
		l.session.UserSignal(now, int(syscall.SIGUSR1), s.String())
	case syscall.SIGTERM:
		l.session.Stop(now, int(syscall.SIGTERM), s.String())
	case syscall.SIGINT:
		l.session.Stop(now, int(syscall.SIGINT), s.String())
	}
}
