package server

import (
	"errors"
	"net/netip"
	"time"

	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/state"
)

// tick does what is due at now, and must be called after every event and at
// the session's deadline.
func (s *session) tick(now time.Time) {
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
func (s *session) part(now time.Time) {
	if s.finished = !s.wire.LingerUntil().After(now); !s.finished && !s.parting {
		s.parting = true
		s.host.hangUp()
	}
}

// deadline is when tick must be called if nothing happens before; the zero
// time if never.
func (s *session) deadline(now time.Time) time.Time {
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
func (s *session) expire(now time.Time) {
	if due(now, s.connectLimit()) {
		s.end(now, "no connection within 60 seconds")
	}
	if due(now, s.networkLimit()) {
		s.end(now, "no client for "+s.cfg.timeouts.network.String())
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
func (s *session) connectLimit() time.Time {
	if s.ending || !s.wire.Heard().IsZero() {
		return time.Time{}
	}
	return s.created.Add(connectTimeout)
}

// networkLimit is when the user's patience with a silent client ends.
func (s *session) networkLimit() time.Time {
	limit, heard := s.cfg.timeouts.network, s.wire.Heard()
	if s.ending || limit == 0 || heard.IsZero() {
		return time.Time{}
	}
	return heard.Add(limit)
}

// quietLimit is when others are told that the session is detached.
func (s *session) quietLimit() time.Time {
	if !s.client.IsValid() {
		return time.Time{}
	}
	return s.wire.Heard().Add(quietTimeout)
}

// tell tells others where the client is, if they do not know.
func (s *session) tell(client netip.Addr) {
	if s.client != client && !s.parting {
		s.client = client
		s.host.attached(client)
	}
}

// frame hands the transport the screen if it is time for it.
func (s *session) frame(now time.Time) {
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

// took notes how long a turn of the loop took that began at now.
func (s *session) took(now time.Time, d time.Duration) { s.frames.took(now, d, s.wire.Sent()) }

// frameDeadline is when frame has something to do by itself.
func (s *session) frameDeadline() time.Time {
	return earliest(s.frames.limit(), s.frames.restDeadline(), s.echo.deadline(), s.lookDeadline())
}

// offer makes screen the state to send.
func (s *session) offer(now time.Time, screen *vt.Screen) {
	next := state.Screen{Screen: screen, EchoAck: s.echo.ack(now), ExitStatus: s.ended(), Credit: s.flow.credit, Dialect: s.cfg.dialect}
	s.frames.waiting(s.wire.Sent())
	next.EchoState = s.listens(now, next)
	s.frames.offer(next)
	s.wire.SetLocal(now, next)
}

// transmit sends what is due.
func (s *session) transmit(now time.Time) {
	tooLong, before := false, s.wire.Sent()
	err := s.wire.Tick(now, func(data []byte) {
		if path, ok := s.peer.Path(now); ok && !s.host.send(data, path) {
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
		s.fail(err)
	case err != nil:
		s.host.log("frame not sent: %v", err)
	}
}

func (s *session) setMTU(bytes int) {
	if s.mtu != bytes {
		s.mtu = bytes
		s.wire.SetMTU(bytes)
	}
}
