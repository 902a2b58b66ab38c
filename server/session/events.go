package session

import "time"

// eventPatience bounds how late an event of the program (a notification, a mark at a
// prompt) may reach the user: one that could not be sent is dropped after between one
// and two of it.
const eventPatience = 30 * time.Second

// eventAges forgets the events that have become old.
type eventAges struct {
	mark uint64    // the events up to this number are dropped at the next look
	look time.Time // zero if there are none
}

// written notes that the program may have caused events.
func (a *eventAges) written(now time.Time, count uint64) {
	if count != a.mark && a.look.IsZero() {
		a.look = now.Add(eventPatience)
	}
}

// expireEvents drops the events that are too old.
func (s *Session) expireEvents(now time.Time) {
	a := &s.events
	if !due(now, a.look) {
		return
	}
	a.look = time.Time{}
	more := s.term.DropEvents(a.mark)
	a.mark = s.term.EventCount()
	s.frames.dirty = true
	if more {
		a.look = now.Add(eventPatience)
	}
}
