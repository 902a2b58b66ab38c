package session

import (
	"slices"
	"time"

	"gm/vt/passage"
	"gm/wire/state"
	"gm/wire/stream"
)

// codeCancelled is the code of a RESET of a stream of no more use (protocol, section 11.14).
const codeCancelled = 17

// maxUnsent bounds the bytes that wait for streams, from which on output is Blocked. One
// passage may exceed it.
const maxUnsent = passage.MaxTransfer

// maxPassages is the number of passages that wait from which on output is Blocked. The end of
// one call of Output may exceed it.
const maxPassages = 64

// outgoingPassage is a part of the program's output that goes to the terminal of one client,
// by a stream.
type outgoingPassage struct {
	passage.Target
	to     *Attachment
	stream *stream.Stream // nil while another passage is on its way to the client
	unsent []byte
	ended  bool // the program has written all of it
	closed bool // and so is in the stream
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
	waiting := 0
	for _, p := range s.passages.list {
		waiting += len(p.unsent)
	}
	return !s.ending && (waiting > maxUnsent || len(s.passages.list) >= maxPassages || s.passages.control != nil && len(s.passages.control.unsent) > 0)
}

// InControlMode reports whether the program's output is that of tmux's control mode, of which
// nothing may be dropped.
func (s *Session) InControlMode() bool { return s.term.InControlMode() }

// takePassages begins to send what the program has written for a client's terminal.
func (s *Session) takePassages(now time.Time) {
	q := &s.passages
	for _, part := range s.term.TakePassages() {
		switch {
		case part.Kind == passage.Clipboard && len(part.Data) == 0:
			s.replaceClipboard(part.Selection)
		case part.Kind != passage.ControlMode:
			s.transfer(part)
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

// receiver returns the client that gets passages: the one that typed last. It is nil if that
// one has no streams.
func (s *Session) receiver() *Attachment {
	if a := s.leader(); a != nil && a.Streams() != nil && !s.ending {
		return a
	}
	return nil
}

func (s *Session) beginControl(now time.Time) {
	if a := s.receiver(); a != nil {
		s.passages.control = &outgoingPassage{Target: passage.Target{State: a.showNow(now)}, to: a}
		s.passages.add(s.passages.control)
	}
}

// transfer begins to send a text for the clipboard or a file. It replaces a text for the same
// selection that has not arrived.
func (s *Session) transfer(part passage.Part) {
	if part.Kind == passage.Clipboard {
		s.replaceClipboard(part.Selection)
	}
	a := s.receiver()
	switch {
	case a != nil && part.Kind == passage.File && s.passages.extend(a, part):
	case a != nil:
		target := passage.Target{Kind: part.Kind, Selection: part.Selection}
		s.passages.add(&outgoingPassage{Target: target, to: a, unsent: part.Data, ended: part.Ends})
	case part.Kind == passage.Clipboard:
		s.term.RefuseClipboard()
	}
}

// add adds a passage, with which a file before it has ended.
func (q *passages) add(p *outgoingPassage) {
	if n := len(q.list); n > 0 {
		q.list[n-1].ended = true
	}
	q.list = append(q.list, p)
}

// extend adds a command to the last passage if that has commands with files for the same
// client. It reports whether it does.
func (q *passages) extend(a *Attachment, part passage.Part) bool {
	if len(q.list) == 0 {
		return false
	}
	p := q.list[len(q.list)-1]
	if p.Kind != passage.File || p.to != a || p.closed {
		return false
	}
	p.unsent = append(append(p.unsent, '\n'), part.Data...)
	p.ended = part.Ends
	return true
}

func (s *Session) replaceClipboard(selection string) {
	s.passages.list = slices.DeleteFunc(s.passages.list, func(p *outgoingPassage) bool {
		replaced := p.Kind == passage.Clipboard && p.Selection == selection
		if replaced && p.stream != nil {
			p.stream.Reset(codeCancelled, "")
		}
		return replaced
	})
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
		busy := slices.ContainsFunc(kept, func(before *outgoingPassage) bool { return before.to == p.to })
		if p.serve(busy) {
			kept = append(kept, p)
		} else if p == q.control {
			s.leaveControl(now)
		}
	}
	clear(q.list[len(kept):])
	q.list = kept
	s.delayEnd(now)
}

// serve reports whether the passage is still on its way. It waits while the client is busy
// with another one, so that they arrive in order.
func (p *outgoingPassage) serve(busy bool) bool {
	switch {
	case !p.to.Attached() || !p.to.session.Has(p.to):
		return false
	case p.stream == nil && busy:
		return true
	case p.stream == nil:
		p.stream = p.to.Streams().Open(passage.StreamKind, p.Target.Append(nil))
		p.stream.Urgent = p.Kind == passage.ControlMode
	}
	n, err := p.stream.Write(p.unsent)
	p.unsent = p.unsent[n:]
	if err != nil {
		return false
	}
	if len(p.unsent) == 0 {
		if p.unsent = nil; p.ended && !p.closed {
			p.stream.CloseWrite()
			p.closed = true
		}
	}
	return !p.stream.Finished()
}

// minDelivery is the least time for which the end of the session waits for passages.
const minDelivery = 10 * time.Minute

// delayEnd delays the end of the session, after the program has exited or closed its terminal,
// until passages have arrived. It waits for a client that is silent as long as for one that
// comes for the exit status.
func (s *Session) delayEnd(now time.Time) {
	e := &s.exit
	if e.deadline.IsZero() || s.ending {
		return
	}
	waits := s.passages.delivering()
	if waits && e.limit.IsZero() {
		e.limit = now.Add(max(s.cfg.Timeouts.KeepEnded, minDelivery))
	}
	if waits {
		e.deadline = e.limit
	} else if e.waits {
		e.deadline = now.Add(drainDelay)
	}
	e.waits = waits
}

func (q *passages) delivering() bool {
	return slices.ContainsFunc(q.list, func(p *outgoingPassage) bool {
		return len(p.unsent) > 0 || p.stream == nil || !p.stream.Delivered()
	})
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

// abandonControl ends the control mode under way although its client is still there.
func (s *Session) abandonControl(now time.Time) {
	p := s.passages.control
	if p.stream != nil {
		p.stream.Reset(codeCancelled, "")
	}
	s.passages.list = slices.DeleteFunc(s.passages.list, func(other *outgoingPassage) bool { return other == p })
	s.leaveControl(now)
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
		s.abandonControl(now)
	}
	return false
}
