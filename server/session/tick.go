package session

import (
	"errors"
	"slices"
	"time"

	"gm/internal/deadline"
	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/state"
)

// Tick does the work that is due at now. It must be called after every event and at
// the session's deadline.
func (s *Session) Tick(now time.Time) {
	s.servePassages(now)
	s.expire(now)
	for _, a := range s.attachments {
		a.passHeldKey(now)
	}
	if s.reachable(now) {
		s.pollTermios(now)
	}
	s.sendReplies(now)
	for _, a := range s.attachments {
		a.tick(now)
	}
	s.removeGone(now)
	if s.ending && !s.finished && !s.hungUp && !slices.ContainsFunc(s.attachments, func(a *Attachment) bool { return a.awaits(now) }) {
		s.hungUp = true
		s.host.HangUp()
	}
}

func (a *Attachment) awaits(now time.Time) bool {
	_, reachable := a.peer.Path(now)
	return reachable && !a.wire.Closed() && !a.wire.TimedOut(now)
}

func (s *Session) removeGone(now time.Time) {
	before := len(s.attachments)
	s.attachments = slices.DeleteFunc(s.attachments, func(a *Attachment) bool { return a.gone(now) })
	if len(s.attachments) < before && !s.ending {
		s.keepHistory()
		s.clientsChanged(now)
	}
	s.finished = s.finished || s.over(now)
}

func (s *Session) clientsChanged(now time.Time) {
	s.updateSize(now)
	s.notifyClient()
}

func (s *Session) reachable(now time.Time) bool {
	return slices.ContainsFunc(s.attachments, func(a *Attachment) bool {
		_, ok := a.peer.Path(now)
		return ok
	})
}

// Deadline returns when Tick must be called if nothing happens before; the zero time
// if never.
func (s *Session) Deadline(now time.Time) time.Time {
	t := deadline.Earliest(s.connectDeadline(), s.networkDeadline(), s.exitDeadline(), s.lingerDeadline(),
		s.capabilitiesDeadline(), s.repliesDue, s.events.deadline)
	if s.keeps(now) {
		t = deadline.Earliest(t, s.keepUntil)
	}
	if s.reachable(now) {
		t = deadline.Earliest(t, s.pollDeadline())
	}
	for _, a := range s.attachments {
		t = deadline.Earliest(t, a.deadline(now))
	}
	return t
}

func (a *Attachment) tick(now time.Time) {
	if due(now, a.quietDeadline()) {
		a.live = false
		a.session.clientsChanged(now)
	}
	if _, ok := a.peer.Path(now); ok {
		a.frame(now)
		a.sendPictures(now)
		a.transmit(now)
	}
}

func (a *Attachment) deadline(now time.Time) time.Time {
	t := deadline.Earliest(a.quietDeadline(), a.heldUntil, a.seatDeadline())
	if _, ok := a.peer.Path(now); !ok {
		return t
	}
	if a.wire.Closed() {
		t = deadline.Earliest(t, a.wire.LingerUntil())
	}
	return deadline.Earliest(t, a.peer.Deadline(now), a.wire.Deadline(now), a.pictures.packing,
		a.frames.syncDeadline(), a.frames.cooldownDeadline(), a.history.resume, a.echoAck.deadline(now, a.echoWait()))
}

func (a *Attachment) passHeldKey(now time.Time) {
	if due(now, a.heldUntil) {
		a.heldUntil = time.Time{}
		a.session.enqueue(now, a, 0, a.cursorKeys.flush(nil))
	}
}

func (a *Attachment) frame(now time.Time) {
	f := &a.frames
	f.expireSync(now)
	if due(now, a.history.resume) {
		a.history.resume, f.dirty = time.Time{}, true
	}
	ack := a.echoAck.ack(now)
	if a.session.ending {
		if f.dirty && !a.announced {
			a.announceEnd(now)
		}
		return
	}
	if !f.dirty && (ack == f.last.EchoAck || a.echoAck.waits(now, a.echoWait())) {
		return
	}
	if f.waiting(a.wire.Sent()) {
		if a.wire.Deadline(now).After(now) {
			return
		}
	} else if f.coolingDown(now) && ack == f.last.EchoAck && a.burst.framesLeft == 0 {
		return
	}
	a.offer(now, f.visible(a.session.term))
}

// TurnTook notes that a turn of the loop, which began at now, took d.
func (s *Session) TurnTook(now time.Time, d time.Duration) {
	for _, a := range s.attachments {
		a.frames.turnTook(now, d, a.wire.Sent())
	}
}

// echoWait returns how long an echo ack waits for a frame that carries it.
func (a *Attachment) echoWait() time.Duration {
	if a.wire.Route()[0].IsPipe() {
		return pipeEchoWait
	}
	return 0
}

func (a *Attachment) offer(now time.Time, screen *vt.Screen) {
	next := state.Screen{
		Screen: a.view(screen), EchoAck: a.echoAck.ack(now), ExitStatus: a.exitStatus(), Credit: a.flow.credit,
		Dialect: a.dialect,
	}
	if a.extensions.Has(state.ExtSessions) {
		next.Detachment = a.detachment
	}
	a.frames.waiting(a.wire.Sent())
	a.echoAck.offered()
	acked, _ := a.wire.Acked()
	next.History = a.history.next(now, next.Screen, a.frames.sent, acked > 0)
	next.EchoState = a.echoState(now, next)
	a.frames.offer(next)
	a.wire.SetLocal(now, next)
}

func (a *Attachment) transmit(now time.Time) {
	before := a.wire.Sent()
	err := a.wire.Tick(now, func(path datagram.Path, data []byte) {
		if !a.session.host.Send(a, data, path) {
			a.wire.TooLong(path)
		}
	})
	if a.wire.Sent() != before {
		a.burst.onSent()
		a.history.stateSent(now, a.wire.Sent())
	}
	switch {
	case errors.Is(err, datagram.ErrExhausted):
		a.session.host.Log("a client is dropped: %v", err)
		a.failed = true
	case err != nil:
		a.session.host.Log("frame not sent: %v", err)
	}
}
