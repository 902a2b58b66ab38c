package wire

import (
	"net/netip"
	"time"

	"gm/internal/deadline"
)

const (
	// ackInterval is the longest time without sending anything. It is a little
	// longer than stock: twenty of them take more than a minute.
	ackInterval = 3050 * time.Millisecond

	// idleInterval replaces ackInterval once nothing has changed for activeFor and the
	// peer has it all, if the peer knows the extension "paths". RFC 8085, section 3.5,
	// asks for at least 15 s.
	idleInterval = 15 * time.Second
	activeFor    = time.Minute

	// serverIdleInterval is that of a server, which answers the probes of its client and
	// rarely needs it.
	serverIdleInterval = 20 * time.Second
)

// keepalive decides when to send because nothing else was sent. The client's datagrams
// keep the binding of a NAT (RFC 4787, section 4.3); if the NAT has forgotten it
// nevertheless, the interval is halved.
type keepalive struct {
	idle     time.Duration  // interval while idle
	active   time.Time      // when something changed last
	resumed  time.Time      // when that ended an idle time; zero if none did
	sent     time.Time      // the last datagram to the peer
	relaxed  bool           // the one before was sent more than ackInterval earlier
	observed netip.AddrPort // of this end, as the peer saw it last; invalid if unknown
}

func newKeepalive(now time.Time, several, client bool) keepalive {
	k := keepalive{idle: ackInterval, active: now, sent: now}
	switch {
	case several && client:
		k.idle = idleInterval
	case several:
		k.idle = serverIdleInterval
	}
	return k
}

// noteChange records that something has changed at either end, or may have.
func (k *keepalive) noteChange(now time.Time) {
	if now.Sub(k.active) >= activeFor {
		k.resumed = now
	}
	k.active = now
}

func (k *keepalive) noteSent(now time.Time) {
	k.relaxed = now.Sub(k.sent) > 2*ackInterval
	k.sent = now
}

// interval returns the time between two datagrams at now. settled reports whether the
// peer is known to have the current state.
func (k *keepalive) interval(now time.Time, settled bool) time.Duration {
	if settled && now.Sub(k.active) >= activeFor {
		return k.idle
	}
	return ackInterval
}

// due returns when the next datagram must be sent.
func (k *keepalive) due(settled bool) time.Time {
	at := k.sent.Add(ackInterval)
	if settled && !at.Before(k.active.Add(activeFor)) {
		return deadline.Latest(k.sent.Add(k.idle), at)
	}
	return at
}

// observe records the address of this end as the peer sees it. If it has changed during an
// idle time, a NAT has forgotten the old one.
func (k *keepalive) observe(addr netip.AddrPort) {
	if k.observed.IsValid() && addr != k.observed && k.relaxed {
		k.idle = max(k.idle/2, ackInterval)
	}
	k.observed = addr
}

func (k *keepalive) forgetObserved() { k.observed = netip.AddrPort{} }
