package session

import (
	"net/netip"
	"time"

	"gm/wire/state"
)

// Detach sends all clients away. The session goes on. by and from name the client that
// asked for it, as "user@host" and as an address; both may be empty. It reports how many
// clients were attached.
func (s *Session) Detach(now time.Time, by, from string) (n int) {
	for _, a := range s.attachments {
		if a.phase == attached {
			n++
			a.detach(now, state.Detachment{Reason: state.DetachedByCommand, By: by, From: from})
		}
	}
	s.clientsChanged(now)
	return n
}

// detach sends the client away. One that cannot be reached is told when it is heard
// again.
func (a *Attachment) detach(now time.Time, why state.Detachment) {
	if a.phase != attached {
		return
	}
	a.phase, a.live, a.detachment = leaving, false, why
	a.announceEnd(now)
}

// sentAway reports whether the server has detached the client. It may not know that yet.
func (a *Attachment) sentAway() bool { return a.detachment.Reason != state.DetachNone }

// announceEnd sends the client the last screen, with the reason, and begins the
// handshake. If a program has ended by itself, its history is sent first. announceEnd does
// nothing while the client cannot be reached. A client that was sent away gets no screen
// from after that.
func (a *Attachment) announceEnd(now time.Time) {
	if _, reachable := a.peer.Path(now); !reachable || a.phase == leaving && !a.sentAway() {
		return
	}
	if a.announced {
		a.wire.ResumeShutdown(now)
		return
	}
	last := a.session.term.Snapshot()
	if a.sentAway() {
		last = a.frames.last.Screen
	}
	a.offer(now, last)
	if a.history.held && a.phase == attached && a.session.exit.byItself() {
		return // frame calls again once more of the history can be sent
	}
	a.announced = true
	a.wire.Shutdown(now)
}

// leave handles a client that has announced its end. That ends the session, unless the
// client has said that it detaches, or may only watch, or knows no other way to leave
// and there are others.
func (a *Attachment) leave(now time.Time) {
	s := a.session
	a.phase, a.live = leaving, false
	if a.detaching || a.role == ReadOnly || !a.extensions.Has(state.ExtSessions) && s.client() != nil {
		s.clientsChanged(now)
		return
	}
	if !s.ending {
		s.exit.stopped(signalHangUp, "ended"+byAndFrom(a.by, addrText(a.addr())))
	}
	s.keepUntil = time.Time{}
	s.end(now, "the client has left", 0)
}

// signalHangUp is SIGHUP of POSIX, which the program gets.
const signalHangUp = 1

func (a *Attachment) fail(now time.Time, err error) {
	s := a.session
	s.host.Log("a client is dropped: %v", err)
	a.failed = true
	if !s.started {
		s.end(now, err.Error(), 0)
	}
	s.removeGone(now)
}

// gone reports whether nothing is left to send to the client. One that was sent away and
// cannot be reached stays, to be told when it comes back; while the session ends it is
// gone, unless a client is waited for.
func (a *Attachment) gone(now time.Time) bool {
	s := a.session
	_, reachable := a.peer.Path(now)
	switch {
	case a.failed:
		return true
	case a.phase == seated:
		return due(now, a.seatDeadline()) || s.ending && !s.keeps(now)
	case s.ending && !s.keeps(now) && (!reachable || a.wire.TimedOut(now)):
		return true
	case !a.wire.Closed() || a.wire.LingerUntil().After(now):
		return false
	}
	s.confirmed = s.confirmed || s.ending && a.phase == attached && a.role != ReadOnly
	return true
}

// client returns the newest live client, the leader if that is one; nil if there is
// none.
func (s *Session) client() (newest *Attachment) {
	for _, a := range s.attachments {
		if a.live && (newest == nil || a.typed > newest.typed) {
			newest = a
		}
	}
	return newest
}

func (s *Session) notifyClient() {
	addr := s.clientAddr()
	if addr.IsValid() {
		s.lastAddr = addr
	}
	if s.reported != addr && s.started && !s.hungUp {
		s.reported = addr
		s.host.ClientChanged(addr)
	}
}

func (s *Session) clientAddr() (addr netip.Addr) {
	if a := s.client(); a != nil {
		addr = a.addr()
	}
	return addr
}
