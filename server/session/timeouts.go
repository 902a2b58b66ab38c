package session

import (
	"time"

	"gm/internal/deadline"
)

const (
	// connectTimeout is how long a server waits for its first client.
	connectTimeout = 60 * time.Second

	// quietTimeout is the silence of a client after which its session counts as
	// detached. A client that is idle sends every 15 s.
	quietTimeout = 40 * time.Second
)

// Timeouts are the limits that the user can set on a session without a client.
type Timeouts struct {
	Network time.Duration // silence that ends the session; 0 is unlimited
	Signal  time.Duration // silence from which on SIGUSR1 ends the session
	// Linger is the silence, without output, that ends a session whose program is a login
	// shell at its prompt; 0 is unlimited.
	Linger time.Duration
	// KeepEnded is how long a session whose program has ended waits for a client that
	// comes for its last screen and its exit status.
	KeepEnded time.Duration
}

func due(now, t time.Time) bool { return !t.IsZero() && !t.After(now) }

func (s *Session) expire(now time.Time) {
	if due(now, s.connectDeadline()) {
		s.end(now, "no connection within 60 seconds", 0)
	}
	if due(now, s.networkDeadline()) {
		s.end(now, "no client for "+s.cfg.Timeouts.Network.String(), 0)
	}
	if due(now, s.exitDeadline()) {
		s.end(now, "the program has ended", s.cfg.Timeouts.KeepEnded)
	}
	s.expireLinger(now)
	s.expireCapabilities(now)
	s.expireEvents(now)
}

func (s *Session) connectDeadline() time.Time {
	if s.ending || !s.heard.IsZero() {
		return time.Time{}
	}
	t := s.created.Add(connectTimeout)
	for _, a := range s.attachments {
		t = deadline.Latest(t, a.seatDeadline())
	}
	return t
}

func (s *Session) networkDeadline() time.Time {
	limit := s.cfg.Timeouts.Network
	if s.ending || limit == 0 || s.heard.IsZero() {
		return time.Time{}
	}
	return s.heard.Add(limit)
}

// lingerRecheck is the time between looks at a session that would end if its shell were
// at the prompt.
const lingerRecheck = time.Hour

// lingerDeadline returns when a session without a client ends if its shell is at the
// prompt; zero if never.
func (s *Session) lingerDeadline() time.Time {
	if s.cfg.Timeouts.Linger == 0 || s.ending || !s.running {
		return time.Time{}
	}
	idle := deadline.Latest(s.heard, s.termios.lastOutput)
	return deadline.Latest(idle.Add(s.cfg.Timeouts.Linger), s.lingerCheck)
}

func (s *Session) expireLinger(now time.Time) {
	if !due(now, s.lingerDeadline()) {
		return
	}
	if !s.host.Idle() {
		s.lingerCheck = now.Add(lingerRecheck)
		return
	}
	s.end(now, "no client and no command for "+s.cfg.Timeouts.Linger.String(), 0)
}

// seatDeadline returns when a client that has not connected loses its seat; zero if it
// has connected.
func (a *Attachment) seatDeadline() time.Time {
	if a.phase != seated {
		return time.Time{}
	}
	return a.created.Add(connectTimeout)
}

// quietDeadline returns when a silent client is no longer live; zero if it is not.
func (a *Attachment) quietDeadline() time.Time {
	if !a.live {
		return time.Time{}
	}
	return a.wire.Heard().Add(quietTimeout)
}
