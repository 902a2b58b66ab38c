package session

import (
	"time"

	"gm/internal/deadline"
)

const (
	// connectTimeout is how long a server waits for its first client.
	connectTimeout = 60 * time.Second

	// quietTimeout is the silence of a client after which its session counts as
	// detached. A client sends at least every 3 s.
	quietTimeout = 30 * time.Second
)

// Timeouts are the limits that the user can set on a session without a client.
type Timeouts struct {
	Network time.Duration // silence that ends the session; 0 is unlimited
	Signal  time.Duration // silence from which on SIGUSR1 ends the session
}

// due reports whether t is set and has come.
func due(now, t time.Time) bool { return !t.IsZero() && !t.After(now) }

func (s *Session) heard() (last time.Time) {
	for _, a := range s.attachments {
		last = deadline.Latest(last, a.wire.Heard())
	}
	return last
}

func (s *Session) expire(now time.Time) {
	if due(now, s.connectDeadline()) {
		s.end(now, "no connection within 60 seconds")
	}
	if due(now, s.networkDeadline()) {
		s.end(now, "no client for "+s.cfg.Timeouts.Network.String())
	}
	if due(now, s.exitDeadline()) {
		s.end(now, "the program has ended")
	}
	s.expireCapabilities(now)
	s.expireEvents(now)
}

func (s *Session) connectDeadline() time.Time {
	if s.ending || !s.heard().IsZero() {
		return time.Time{}
	}
	return s.created.Add(connectTimeout)
}

func (s *Session) networkDeadline() time.Time {
	limit, heard := s.cfg.Timeouts.Network, s.heard()
	if s.ending || limit == 0 || heard.IsZero() {
		return time.Time{}
	}
	return heard.Add(limit)
}

func (a *Attachment) quietDeadline() time.Time {
	if !a.reported.IsValid() {
		return time.Time{}
	}
	return a.wire.Heard().Add(quietTimeout)
}
