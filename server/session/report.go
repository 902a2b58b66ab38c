package session

import (
	"net/netip"
	"time"

	"gm/internal/deadline"
	"gm/wire/state"
)

// State is what a session is doing.
type State uint8

const (
	Attached State = iota // it has a client that is not silent
	Detached              // it has none
	Ended                 // the program is over, and its end waits for a client
)

// Report describes a session for lists of sessions.
type Report struct {
	State      State
	Created    time.Time
	Since      time.Time // when State began
	Clients    []ClientReport
	From       string // address of the newest client, even if it has left; empty if none came
	Cols, Rows int
	Exit       state.ExitStatus // of a program that is over
	EndsAt     time.Time        // when the session ends by itself; zero if never
}

// ClientReport describes a client that is not silent.
type ClientReport struct {
	By         string // user@host; may be empty
	From       string // its address
	Role       Role
	Cols, Rows int // of its window; 0 if unknown
	Since      time.Time
}

// Report returns the session's state.
func (s *Session) Report(now time.Time) Report {
	r := Report{State: Detached, Created: s.created, Since: deadline.Latest(s.created, s.heard), From: addrText(s.lastAddr)}
	r.Cols, r.Rows = s.size()
	for _, a := range s.attachments {
		if !a.live {
			continue
		}
		r.Clients = append(r.Clients, ClientReport{By: a.by, From: addrText(a.addr()), Role: a.role, Cols: a.cols, Rows: a.rows, Since: a.joined})
		if r.State != Attached || a.joined.Before(r.Since) {
			r.State, r.Since = Attached, a.joined
		}
	}
	switch {
	case s.ending:
		r.State, r.Since, r.Exit, r.EndsAt = Ended, s.endedAt, s.exit.status, s.keepUntil
	case r.State == Detached:
		r.EndsAt = s.endsAt()
	}
	return r
}

func addrText(addr netip.Addr) string {
	if !addr.IsValid() {
		return ""
	}
	return addr.String()
}

// endsAt returns when a session without a client ends if nothing changes; zero if never.
func (s *Session) endsAt() time.Time {
	t := s.networkDeadline()
	if linger := s.lingerDeadline(); !linger.IsZero() && s.host.Idle() {
		t = deadline.Earliest(t, linger)
	}
	return t
}
