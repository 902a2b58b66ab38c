package session

import (
	"time"

	"gm/wire/state"
)

// A line discipline that is full of unread input accepts no more, not even the
// character that would interrupt the program. Handling that character would discard
// all input before it, so the session discards the input itself, and then writes the
// character as any other.

// enqueue appends input of a that completes its state num; 0 is no state.
func (s *Session) enqueue(now time.Time, a *Attachment, num uint64, keys []byte) {
	if !s.running {
		return
	}
	q := &s.queue
	if i := s.host.Discipline().LastInterrupt(keys); i >= 0 {
		if q.size()+len(keys) > maxInput {
			q.dropWaiting() // the interrupt would discard it too
		}
		q.append(a, num, keys)
		q.markInterrupt(len(keys) - i)
		if q.writing > 0 {
			s.host.EndWrite()
		}
	} else {
		q.append(a, num, keys)
	}
	s.writeNext()
	if q.size() == 0 {
		s.inputDelivered(now, now)
	}
}

// replyDelay bounds how long replies wait for a program to leave the mode in which lines
// are edited. Some programs do so after their query, and discard input by it (TCSAFLUSH):
// replies of terminals are never that fast (kitty's icat).
const replyDelay = 30 * time.Millisecond

// sendReplies queues the terminal's replies to the program's queries. If the program
// reads none of them, further ones are dropped.
func (s *Session) sendReplies(now time.Time) {
	s.replies = s.term.TakeReplies(s.replies)
	switch {
	case len(s.replies) == 0:
		return
	case s.repliesDue.IsZero():
		s.repliesDue = now.Add(replyDelay)
	}
	if s.host.Discipline().Has(state.Canonical) && !due(now, s.repliesDue) && len(s.replies) < maxReplies/2 {
		return
	}
	if s.running {
		s.queue.appendReply(s.replies)
		s.writeNext()
	}
	s.replies, s.repliesDue = s.replies[:0], time.Time{}
}

func (s *Session) writeNext() {
	if s.queue.writing > 0 {
		return
	}
	if before, c, ok := s.queue.waitingInterrupt(); ok && s.host.Discipline().Interrupts(c) && s.host.FlushInput() {
		s.queue.remove(before)
	}
	if input := s.queue.next(); len(input) > 0 {
		d := s.host.Discipline()
		s.host.Write(input, !d.Has(state.NoFlush) && d.LastInterrupt(input) >= 0)
	}
}

// Wrote handles the end of a write that began at began and has passed n bytes to the
// program's terminal.
func (s *Session) Wrote(now time.Time, n int, began time.Time) {
	s.queue.wrote(n)
	s.writeNext()
	s.inputDelivered(now, began)
}

func (s *Session) inputDelivered(now, began time.Time) {
	for from, num := s.queue.takeDelivered(); from != nil; from, num = s.queue.takeDelivered() {
		if num > 0 {
			from.inputDelivered(now, num, began)
		}
	}
	for _, a := range s.attachments {
		if a.flow.update(a.seen.End(), s.queue.size()) {
			a.frames.dirty = true
		}
	}
}

// accepts reports whether there is room for the input that u adds. An interrupt is
// always accepted.
func (a *Attachment) accepts(u state.User) bool {
	added := int(max(u.End(), a.seen.End()) - a.seen.End())
	if waiting := a.session.queue.size(); waiting == 0 || waiting+added <= maxInput {
		return true
	}
	d := a.session.host.Discipline()
	for _, e := range u.Since(a.seen) {
		if d.LastInterrupt(e.Keys) >= 0 {
			return true
		}
	}
	return false
}
