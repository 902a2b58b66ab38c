package session

import (
	"time"

	"gm/wire/state"
)

// A line discipline that is full of input nobody reads takes no more, not even
// the character that would interrupt the program. Acting on that character it
// would throw away all input before it, so that is done for it, and then the
// character is given to it as any other.

// enqueue gives the program the input that completes the state num, behind what
// waits.
func (s *Session) enqueue(now time.Time, num uint64, keys []byte) {
	if !s.running {
		return
	}
	q := &s.queue
	if i := s.host.Discipline().LastInterrupt(keys); i >= 0 {
		if q.size()+len(keys) > maxInput {
			q.dropWaiting() // the user wants out of what it would do
		}
		q.put(num, keys)
		q.noteInterrupt(len(keys) - i)
		if q.writing > 0 {
			s.host.EndWrite()
		}
	} else {
		q.put(num, keys)
	}
	s.feed()
	if q.size() == 0 {
		s.delivered(now, now)
	}
}

// reply gives the program the answers of its terminal. If it reads none of them,
// further ones are dropped.
func (s *Session) reply() {
	if answers := s.term.TakeReplies(nil); len(answers) > 0 && s.running {
		s.queue.putAnswer(answers)
		s.feed()
	}
}

// feed begins to write what waits, if nothing is being written.
func (s *Session) feed() {
	if s.queue.writing > 0 {
		return
	}
	if before, c, ok := s.queue.interruptWaits(); ok && s.host.Discipline().Interrupts(c) && s.host.FlushInput() {
		s.queue.remove(before)
	}
	if input := s.queue.next(); len(input) > 0 {
		d := s.host.Discipline()
		s.host.Write(input, !d.Has(state.NoFlush) && d.LastInterrupt(input) >= 0)
	}
}

// Wrote takes the news that n bytes of what was being written have reached the
// program's terminal, since the time began.
func (s *Session) Wrote(now time.Time, n int, began time.Time) {
	s.queue.wrote(n)
	s.feed()
	s.delivered(now, began)
}

// delivered reports what the program has had.
func (s *Session) delivered(now, began time.Time) {
	if num := s.queue.take(); num > 0 {
		s.given(now, num, began)
	}
	if s.flow.update(s.seen.End(), s.queue.size()) {
		s.frames.dirty = true
	}
}

// accepts reports whether the input that u adds may be taken now.
func (s *Session) accepts(u state.User) bool {
	added := int(max(u.End(), s.seen.End()) - s.seen.End())
	if waiting := s.queue.size(); waiting == 0 || waiting+added <= maxInput {
		return true
	}
	d := s.host.Discipline()
	for _, e := range u.Since(s.seen) {
		if d.LastInterrupt(e.Keys) >= 0 {
			return true
		}
	}
	return false
}
