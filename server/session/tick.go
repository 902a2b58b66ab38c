package session

import (
	"errors"
	"net/netip"
	"time"

	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/state"
)

// Tick does what is due at now, and must be called after every event and at
// the session's deadline.
func (s *Session) Tick(now time.Time) {
	s.expire(now)
	if due(now, s.flush) {
		s.flush = time.Time{}
		s.enqueue(now, 0, s.arrows.flush(nil))
	}
	if _, ok := s.peer.Path(now); !ok {
		s.finished = s.finished || s.ending
		return
	}
	s.listen(now)
	s.frame(now)
	s.transmit(now)
	switch {
	case s.ending && s.wire.TimedOut(now):
		s.finished = true
	case s.wire.Closed():
		s.part(now)
	}
}

// part ends the session that the client has ended, or that it knows to be ended.
// The program goes at once; the server, when the client is known to have our
// confirmation or has stopped to ask for it.
func (s *Session) part(now time.Time) {
	if s.finished = !s.wire.LingerUntil().After(now); !s.finished && !s.parting {
		s.parting = true
		s.host.HangUp()
	}
}

// Deadline is when tick must be called if nothing happens before; the zero
// time if never.
func (s *Session) Deadline(now time.Time) time.Time {
	t := earliest(s.connectLimit(), s.networkLimit(), s.quietLimit(), s.leaveLimit(), s.terminalLimit(), s.flush, s.events.look)
	if _, ok := s.peer.Path(now); !ok {
		return t
	}
	if s.parting {
		t = earliest(t, s.wire.LingerUntil())
	}
	return earliest(t, s.peer.Deadline(now), s.wire.Deadline(now), s.frameDeadline())
}

// expire ends what has lasted too long.
func (s *Session) expire(now time.Time) {
	if due(now, s.connectLimit()) {
		s.end(now, "no connection within 60 seconds")
	}
	if due(now, s.networkLimit()) {
		s.end(now, "no client for "+s.cfg.Timeouts.Network.String())
	}
	if due(now, s.leaveLimit()) {
		s.end(now, "the program has ended")
	}
	s.expireTerminal(now)
	s.expireEvents(now)
	if due(now, s.quietLimit()) {
		s.tell(netip.Addr{})
	}
}

// connectLimit is when a server to which no client came gives up.
func (s *Session) connectLimit() time.Time {
	if s.ending || !s.wire.Heard().IsZero() {
		return time.Time{}
	}
	return s.created.Add(connectTimeout)
}

// networkLimit is when the user's patience with a silent client ends.
func (s *Session) networkLimit() time.Time {
	limit, heard := s.cfg.Timeouts.Network, s.wire.Heard()
	if s.ending || limit == 0 || heard.IsZero() {
		return time.Time{}
	}
	return heard.Add(limit)
}

// quietLimit is when others are told that the session is detached.
func (s *Session) quietLimit() time.Time {
	if !s.client.IsValid() {
		return time.Time{}
	}
	return s.wire.Heard().Add(quietTimeout)
}

// tell tells others where the client is, if they do not know.
func (s *Session) tell(client netip.Addr) {
	if s.client != client && !s.parting {
		s.client = client
		s.host.ClientChanged(client)
	}
}

// frame hands the transport the screen if it is time for it.
func (s *Session) frame(now time.Time) {
	f := &s.frames
	f.release(now)
	ack := s.echo.ack(now)
	if s.ending || !f.dirty && ack == f.last.EchoAck {
		return
	}
	if f.waiting(s.wire.Sent()) {
		if s.wire.Deadline(now).After(now) {
			return
		}
	} else if f.resting(now) && ack == f.last.EchoAck && s.answer.left == 0 {
		return
	}
	s.offer(now, f.visible(s.term))
}

// TurnTook notes how long a turn of the loop took that began at now.
func (s *Session) TurnTook(now time.Time, d time.Duration) { s.frames.took(now, d, s.wire.Sent()) }

// frameDeadline is when frame has something to do by itself.
func (s *Session) frameDeadline() time.Time {
	return earliest(s.frames.limit(), s.frames.restDeadline(), s.echo.deadline(), s.lookDeadline())
}

// offer makes screen the state to send.
func (s *Session) offer(now time.Time, screen *vt.Screen) {
	next := state.Screen{Screen: screen, EchoAck: s.echo.ack(now), ExitStatus: s.ended(), Credit: s.flow.credit, Dialect: s.cfg.Dialect}
	s.frames.waiting(s.wire.Sent())
	next.EchoState = s.listens(now, next)
	s.frames.offer(next)
	s.wire.SetLocal(now, next)
}

// transmit sends what is due.
func (s *Session) transmit(now time.Time) {
	tooLong, before := false, s.wire.Sent()
	err := s.wire.Tick(now, func(data []byte) {
		if path, ok := s.peer.Path(now); ok && !s.host.Send(data, path) {
			tooLong = true
		}
	})
	if s.wire.Sent() != before {
		s.answer.sent()
	}
	if tooLong {
		s.setMTU(datagram.MTUSmall)
	}
	switch {
	case errors.Is(err, datagram.ErrExhausted):
		s.Fail(err)
	case err != nil:
		s.host.Log("frame not sent: %v", err)
	}
}

func (s *Session) setMTU(bytes int) {
	if s.mtu != bytes {
		s.mtu = bytes
		s.wire.SetMTU(bytes)
	}
}
