package session

import (
	"errors"
	"io/fs"
	"time"

	"gm/wire/state"
)

const (
	// drainDelay is how long after a program's exit its output is waited for:
	// what it left in the background may keep the terminal open.
	drainDelay = 250 * time.Millisecond

	// exitDelay is how long after the end of its output a program's exit is
	// waited for: it may have closed the terminal and live on.
	exitDelay = time.Second
)

// Exit statuses of a program that could not be started, as shells have them
// (XCU, 2.8.2).
const (
	statusNotExecutable = 126
	statusNotFound      = 127
)

// departure is what is known of the program's end. The zero departure is that
// of a program that runs.
type departure struct {
	ending  state.ExitStatus
	drained bool      // all that it wrote was taken
	leaveBy time.Time // when the one is no longer waited for after the other
}

// failed notes why the program could not be started.
func (d *departure) failed(err error) {
	d.ending = state.ExitStatus{Known: true, Status: statusNotExecutable, Reason: err.Error()}
	if errors.Is(err, fs.ErrNotExist) {
		d.ending.Status = statusNotFound
	}
}

// stopped notes that a signal to the server ends the session.
func (d *departure) stopped(number int, name string) {
	d.ending = state.ExitStatus{Known: true, Status: uint8(128 + number), Stopped: name}
}

// Exited takes the program's exit status.
func (s *Session) Exited(now time.Time, status int) {
	s.departure.ending = state.ExitStatus{Known: true, Status: uint8(status)}
	s.departure.leaveBy = now.Add(drainDelay)
	s.leave(now)
}

// OutputEnded says that no output will come any more.
func (s *Session) OutputEnded(now time.Time) {
	s.departure.drained = true
	s.departure.leaveBy = now.Add(exitDelay)
	s.leave(now)
}

// leave ends the session when the program has gone and its output is taken.
func (s *Session) leave(now time.Time) {
	if s.departure.ending.Known && s.departure.drained {
		s.end(now, "the program has ended")
	}
}

// leaveLimit is when a program that has ended in part is taken to have ended.
func (s *Session) leaveLimit() time.Time {
	if s.ending {
		return time.Time{}
	}
	return s.departure.leaveBy
}

// ended is what the client is told of the program's end.
func (s *Session) ended() state.ExitStatus {
	if !s.cfg.Extensions.Has(state.ExtExit) || !s.ending {
		return state.ExitStatus{}
	}
	return s.departure.ending
}
