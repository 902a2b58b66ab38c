package session

import "time"

// eventTimeout bounds how late an event of the program (a notification, a prompt mark)
// may reach the user: an event that could not be sent is dropped after between one and
// two of it.
const eventTimeout = 30 * time.Second

// eventExpiry decides when events are too old to be sent.
type eventExpiry struct {
	mark     uint64    // events up to this number are dropped at deadline
	deadline time.Time // zero if there are no events
}

func (e *eventExpiry) onOutput(now time.Time, count uint64) {
	if count != e.mark && e.deadline.IsZero() {
		e.deadline = now.Add(eventTimeout)
	}
}

func (s *Session) expireEvents(now time.Time) {
	e := &s.events
	if !due(now, e.deadline) {
		return
	}
	e.deadline = time.Time{}
	more := s.term.DropEvents(e.mark)
	e.mark = s.term.EventCount()
	for _, a := range s.attachments {
		a.frames.dirty = true
	}
	if more {
		e.deadline = now.Add(eventTimeout)
	}
}
