package session

import (
	"errors"
	"io/fs"
	"time"

	"gm/wire/state"
)

const (
	// drainDelay bounds how long output is waited for after the program's exit.
	// Processes that it left in the background may keep the terminal open.
	drainDelay = 250 * time.Millisecond

	// exitDelay bounds how long the exit of a program is waited for after it has closed
	// its terminal.
	exitDelay = time.Second
)

// Exit statuses of a program that could not be started, as in shells (XCU, 2.8.2).
const (
	statusNotExecutable = 126
	statusNotFound      = 127
)

// exitState records the program's end. The zero value is that of a program that runs.
type exitState struct {
	status   state.ExitStatus
	drained  bool      // the output has ended
	deadline time.Time // when the session ends though one of the two is missing
}

func (e *exitState) startFailed(err error) {
	e.status = state.ExitStatus{Known: true, Status: statusNotExecutable, Reason: err.Error()}
	if errors.Is(err, fs.ErrNotExist) {
		e.status.Status = statusNotFound
	}
}

func (e *exitState) stopped(number int, name string) {
	e.status = state.ExitStatus{Known: true, Status: uint8(128 + number), Stopped: name}
}

// Exited handles the program's exit.
func (s *Session) Exited(now time.Time, status int) {
	s.exit.status = state.ExitStatus{Known: true, Status: uint8(status)}
	s.exit.deadline = now.Add(drainDelay)
	s.endIfExited(now)
}

// OutputEnded handles the end of the program's output.
func (s *Session) OutputEnded(now time.Time) {
	s.exit.drained = true
	s.exit.deadline = now.Add(exitDelay)
	s.endIfExited(now)
}

func (s *Session) endIfExited(now time.Time) {
	if s.exit.status.Known && s.exit.drained {
		s.end(now, "the program has ended")
	}
}

func (s *Session) exitDeadline() time.Time {
	if s.ending {
		return time.Time{}
	}
	return s.exit.deadline
}

func (a *Attachment) exitStatus() state.ExitStatus {
	if !a.extensions.Has(state.ExtExit) || !a.session.ending {
		return state.ExitStatus{}
	}
	return a.session.exit.status
}
