package session

import (
	"errors"
	"io/fs"
	"slices"
	"time"

	"gm/internal/deadline"
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
	waits    bool      // the end waits for passages
	limit    time.Time // until when it does; zero if it has not waited
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

// byItself reports whether the program has ended without a signal or a request from
// outside.
func (e *exitState) byItself() bool { return e.status.Known && e.status.Stopped == "" }

// Exited handles the program's exit.
func (s *Session) Exited(now time.Time, status int) {
	s.exit.status = state.ExitStatus{Known: true, Status: uint8(status)}
	s.boundEnd(now.Add(drainDelay))
	s.endIfExited(now)
}

// OutputEnded handles the end of the program's output.
func (s *Session) OutputEnded(now time.Time) {
	s.exit.drained = true
	s.boundEnd(now.Add(exitDelay))
	s.endIfExited(now)
}

// boundEnd ends the session at a time at which one half of the program's end is still
// missing. A program without a terminal is waited for, as sshd does.
func (s *Session) boundEnd(at time.Time) {
	if !s.cfg.Piped {
		s.exit.deadline = at
	}
}

func (s *Session) endIfExited(now time.Time) {
	if s.exit.status.Known && s.exit.drained && !s.passages.delivering() {
		s.end(now, "the program has ended", s.cfg.Timeouts.KeepEnded)
	}
}

// end begins the shutdown: the last screen, then the handshake with each client. If no
// client can be reached, the session finishes with the next Tick, or once keep is over,
// in which a client may still come for the last screen.
func (s *Session) end(now time.Time, why string, keep time.Duration) {
	if s.ending {
		return
	}
	s.host.Log("session ends: %s", why)
	s.ending, s.endedAt = true, now
	if keep > 0 {
		s.keepUntil = now.Add(keep)
		if limit := s.cfg.Timeouts.Network; limit > 0 {
			s.keepUntil = deadline.Earliest(s.keepUntil, s.heard.Add(limit))
		}
	}
	for _, a := range s.attachments {
		a.announceEnd(now)
	}
}

func (s *Session) keeps(now time.Time) bool { return now.Before(s.keepUntil) }

// over reports whether nothing is left to do for an ended session: one client has the end,
// and no other delays it, or none is waited for.
func (s *Session) over(now time.Time) bool {
	switch {
	case !s.ending:
		return false
	case s.keeps(now):
		return s.confirmed && !slices.ContainsFunc(s.attachments, func(a *Attachment) bool { return a.delaysEnd(now) })
	}
	return len(s.attachments) == 0
}

// delaysEnd reports whether an ended session that another client has seen waits for the
// client. One that was sent away is not waited for longer than it is announced that.
func (a *Attachment) delaysEnd(now time.Time) bool {
	_, reachable := a.peer.Path(now)
	return reachable && !(a.phase == leaving && a.wire.TimedOut(now))
}

// Stop ends the session because the server has received a signal, of that number
// and name.
func (s *Session) Stop(now time.Time, number int, name string) {
	if !s.ending {
		s.exit.stopped(number, name)
	}
	s.keepUntil = time.Time{}
	s.end(now, name, 0)
}

// Kill ends the session on behalf of a user. by and from name the client, as
// "user@host" and as an address; both may be empty.
func (s *Session) Kill(now time.Time, by, from string) {
	s.Stop(now, signalTerminate, "killed"+byAndFrom(by, from))
}

// signalTerminate is SIGTERM of POSIX.
const signalTerminate = 15

func byAndFrom(by, from string) (text string) {
	if by != "" {
		text = " by " + by
	}
	if from != "" {
		text += " from " + from
	}
	return text
}

// UserSignal handles SIGUSR1. It stops the session unless a client was heard
// within Timeouts.Signal.
func (s *Session) UserSignal(now time.Time, number int, name string) {
	if limit := s.cfg.Timeouts.Signal; limit == 0 || now.Sub(s.heard) >= limit {
		s.Stop(now, number, name)
	}
}

func (s *Session) exitDeadline() time.Time {
	if s.ending {
		return time.Time{}
	}
	return s.exit.deadline
}

func (a *Attachment) exitStatus() state.ExitStatus {
	if !a.extensions.Has(state.ExtExit) || !a.session.ending || a.phase == leaving {
		return state.ExitStatus{}
	}
	return a.session.exit.status
}
