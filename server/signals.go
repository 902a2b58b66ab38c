//go:build unix

package server

import (
	"os"
	"syscall"
	"time"
)

// watchedSignals are those that end a session, and those that would end the
// process without being watched: the hang-up of the terminal that it was
// started from, and a reader of its log that went away. They are caught and
// not ignored, since the program would inherit that.
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
