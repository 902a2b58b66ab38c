package wire

import (
	"net/netip"
	"time"

	"gm/internal/deadline"
)

const (
	// ackInterval is the longest time without sending. It is a little longer than mosh's
	// ACK_INTERVAL of 3 s, so that twenty of them take more than a minute.
	ackInterval = 3050 * time.Millisecond

	// idleInterval replaces ackInterval once nothing has changed for activeFor and the peer
	// has the current state, if the peer has the extension "paths". RFC 8085, section 3.5,
	// requires at least 15 s.
	idleInterval = 15 * time.Second
	activeFor    = time.Minute

	// serverIdleInterval is the idleInterval of a server. It is rarely reached, as the server
	// answers the probes of its client.
	serverIdleInterval = 20 * time.Second
)

// keepalive determines when to send although there is nothing to send. The client's datagrams
// keep the mapping of a NAT (RFC 4787, section 4.3). If the NAT drops the mapping all the
// same, the interval is halved.
type keepalive struct {
	idle     time.Duration  // interval while idle
	active   time.Time      // the last change
	resumed  time.Time      // the last change after an idle time; zero if there was none
	sent     time.Time      // the last datagram to the peer
	relaxed  bool           // it was sent long after the one before
	client   bool           // this end sends to the server
	probed   bool           // the last datagram was a probe, which is answered at once, or a reply
	observed netip.AddrPort // this end's address as the peer saw it last; invalid if unknown
}

func newKeepalive(now time.Time, several, client bool) keepalive {
	k := keepalive{idle: ackInterval, active: now, sent: now, client: client}
	switch {
	case several && client:
		k.idle = idleInterval
	case several:
		k.idle = serverIdleInterval
	}
	return k
}

// noteChange records a change at either end, or a possible one.
func (k *keepalive) noteChange(now time.Time) {
	if now.Sub(k.active) >= activeFor {
		k.resumed = now
	}
	k.active = now
}

// noteSent records a datagram to the peer. isProbe reports whether it is a probe or a reply.
func (k *keepalive) noteSent(now time.Time, isProbe bool) {
	k.relaxed = now.Sub(k.sent) > 2*ackInterval
	k.sent, k.probed = now, isProbe
}

// interval returns the time between two datagrams at now. settled reports whether the
// peer is known to have the current state.
func (k *keepalive) interval(now time.Time, settled bool) time.Duration {
	if settled && now.Sub(k.active) >= activeFor {
		return k.idle
	}
	return ackInterval
}

// due returns when the next datagram must be sent. The idle time of a client begins with a
// probe: a server that has nothing to send does not answer the last instruction before, and
// the client would change its port.
func (k *keepalive) due(settled bool) time.Time {
	at := k.sent.Add(ackInterval)
	if settled && !at.Before(k.active.Add(activeFor)) && (k.probed || !k.client) {
		return deadline.Latest(k.sent.Add(k.idle), at)
	}
	return at
}

// observe records this end's address as the peer sees it. It reports whether the address has
// changed. If it has during an idle time, a NAT has dropped the old mapping.
func (k *keepalive) observe(addr netip.AddrPort) (changed bool) {
	changed = k.observed.IsValid() && addr != k.observed
	if changed && k.relaxed {
		k.idle = max(k.idle/2, ackInterval)
	}
	k.observed = addr
	return changed
}

func (k *keepalive) forgetObserved() { k.observed = netip.AddrPort{} }
