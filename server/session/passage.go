package session

import (
	"time"

	"gm/vt/passage"
	"gm/wire/state"
	"gm/wire/stream"
)

// codeCancelled is the code of a RESET of a stream of no more use (protocol, section 11.14).
const codeCancelled = 17

// outgoingPassage is a part of the program's output that goes to the terminal of one client,
// by a stream.
type outgoingPassage struct {
	to     *Attachment
	stream *stream.Stream
	unsent []byte // at most OutputStep bytes: then output is Blocked
	ended  bool   // the program has written all of it
}

// passages are the passages that their clients have not received yet. At most the last one is
// under way.
type passages struct {
	list []*outgoingPassage
	// control is the control mode under way; nil outside of one, and of one that no client
	// gets.
	control *outgoingPassage
}

// Blocked reports whether no more output is to be passed to Output for now: a client receives
// more slowly than the program writes.
func (s *Session) Blocked() bool {
	for _, p := range s.passages.list {
		if len(p.unsent) > 0 {
			return !s.ending
		}
	}
	return false
}

// InControlMode reports whether the program's output is that of tmux's control mode, of which
// nothing may be dropped.
func (s *Session) InControlMode() bool { return s.term.InControlMode() }

// takePassages begins to send what the program has written for a client's terminal.
func (s *Session) takePassages(now time.Time) {
	q := &s.passages
	for _, part := range s.term.TakePassages() {
		switch {
		case part.Begins:
			s.beginControl(now)
		case q.control == nil: // no client gets it
		case part.Ends:
			q.control.ended, q.control = true, nil
		default:
			q.control.unsent = append(q.control.unsent, part.Data...)
		}
	}
	s.servePassages(now)
}

// beginControl begins a stream to the client that typed last. One without streams, or none,
// gets nothing of a control mode.
func (s *Session) beginControl(now time.Time) {
	a := s.leader()
	if a == nil || a.Streams() == nil || s.ending {
		return
	}
	target := passage.Target{State: a.showNow(now)}
	p := &outgoingPassage{to: a, stream: a.Streams().Open(passage.StreamKind, target.Append(nil))}
	s.passages.list = append(s.passages.list, p)
	s.passages.control = p
}

// showNow sends the client the screen as it is now, and returns the number of the first state
// that has it.
func (a *Attachment) showNow(now time.Time) uint64 {
	a.offer(now, a.session.term.Snapshot())
	a.wire.Expedite(now, 0)
	if a.frames.scheduled {
		return a.wire.Sent() + 1
	}
	return a.wire.Sent()
}

// servePassages moves the bytes of passages into their streams. A control mode whose client
// has left cannot be continued by another one: tmux is asked to detach.
func (s *Session) servePassages(now time.Time) {
	q := &s.passages
	kept := q.list[:0]
	for _, p := range q.list {
		if p.serve() {
			kept = append(kept, p)
		} else if p == q.control {
			s.leaveControl(now)
		}
	}
	clear(q.list[len(kept):])
	q.list = kept
	if s.passages.undelivered() && !s.exit.deadline.IsZero() {
		s.exit.deadline = now.Add(drainDelay)
	}
}

// serve reports whether the passage is still on its way.
func (p *outgoingPassage) serve() bool {
	if !p.to.Attached() || !p.to.session.Has(p.to) {
		return false
	}
	n, err := p.stream.Write(p.unsent)
	p.unsent = append(p.unsent[:0], p.unsent[n:]...)
	if err != nil {
		return false
	}
	if p.ended && len(p.unsent) == 0 {
		p.stream.CloseWrite()
	}
	return !p.stream.Finished()
}

// undelivered reports whether a client has not received all that there is for it.
func (q *passages) undelivered() bool {
	for _, p := range q.list {
		if len(p.unsent) > 0 || !p.stream.Delivered() {
			return true
		}
	}
	return false
}

// leaveControl ends the control mode under way: an empty line detaches tmux (tmux(1), CONTROL
// MODE). The rest of its output is for no client. A terminal in canonical mode is not tmux's
// any more, and what was typed there is the user's.
func (s *Session) leaveControl(now time.Time) {
	s.passages.control = nil
	if d := s.host.Discipline(); s.running && s.term.InControlMode() && !d.Has(state.Canonical) && !d.Has(state.Echo) {
		s.queue.appendReply([]byte("\n"))
		s.writeNext()
	}
}

// controls reports whether a's keys reach the program. In a control mode they are commands of
// the one client whose terminal shows it. If that one is silent, another that types ends the
// control mode, and is back at the screen.
func (s *Session) controls(now time.Time, a *Attachment) bool {
	p := s.passages.control
	if p == nil || p.to == a {
		return true
	}
	if !p.to.live {
		p.stream.Reset(codeCancelled, "")
		s.servePassages(now)
	}
	return false
}
