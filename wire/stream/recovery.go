package stream

import (
	"errors"
	"time"
)

var errNeverSent = errors.New("acknowledgement of a packet that was not sent")

func (c *Conn) handleAck(now time.Time, f *frame) error {
	if f.acked[0].last >= c.number {
		return errNeverSent
	}
	var newest sentPacket
	bytes, found := 0, false
	for _, r := range f.acked {
		first := c.sent.oldest()
		if first == nil || r.last < first.number {
			break
		}
		for n := max(r.first, first.number); n <= r.last; n++ {
			p := c.sent.find(n)
			if p == nil {
				continue
			}
			if !found || n > newest.number {
				newest, found = *p, true
			}
			bytes += p.size
			c.arrived(p)
			c.sent.remove(p)
		}
	}
	if !found {
		return nil
	}
	c.probes, c.probing = 0, 0
	if !c.anyAcked || newest.number > c.largest {
		c.largest, c.newestAcked, c.anyAcked = newest.number, newest.at, true
	}
	if newest.number == f.acked[0].last {
		c.rtt.sample(now.Sub(newest.at), f.delay)
	}
	c.control.acknowledged(now, bytes, &newest, now.Sub(newest.at), c.sent.bytes)
	c.detectLoss(now)
	return nil
}

// arrived tells the streams of a packet that the peer has it.
func (c *Conn) arrived(p *sentPacket) {
	for _, part := range p.parts {
		s := c.streams[part.id]
		if s == nil {
			continue
		}
		if part.kind == frameData || part.kind == frameEnd {
			s.out.arrived(part.data, part.kind == frameEnd)
		}
		if s.done() {
			c.forget(s)
		}
	}
}

// detectLoss finds packets that were sent well before one that was acknowledged (RFC 8985).
func (c *Conn) detectLoss(now time.Time) {
	c.lossAt = time.Time{}
	reordering := max(c.rtt.least/4, granularity)
	for p := c.sent.oldest(); p != nil && p.number < c.largest; p = c.sent.oldest() {
		at := p.at.Add(max(c.rtt.latest, c.rtt.estimate()) + reordering)
		if now.Before(at) {
			c.lossAt = at
			return
		}
		c.lose(p)
	}
}

func (c *Conn) lose(p *sentPacket) {
	for _, part := range p.parts {
		s := c.streams[part.id]
		if s == nil {
			continue
		}
		switch part.kind {
		case frameOpen:
			s.opened = false
		case frameReset:
			s.resetDue = true
		case frameCredit:
			s.in.update = s.reset == nil && !s.in.ended
		default:
			if s.reset == nil {
				s.out.missing(part.data, part.kind == frameEnd)
			}
		}
	}
	c.sent.remove(p)
}

// Alive records that a datagram has come from the peer. After an outage everything that was
// on its way is sent again at once.
func (c *Conn) Alive(now time.Time) {
	if c.probes > 0 {
		c.restart(now)
	}
}

// PathChanged records that the session has moved to another path.
func (c *Conn) PathChanged(now time.Time) { c.restart(now) }

func (c *Conn) restart(now time.Time) {
	for p := c.sent.oldest(); p != nil; p = c.sent.oldest() {
		c.lose(p)
	}
	c.probes, c.probing, c.lossAt, c.paced = 0, 0, time.Time{}, now
	c.rtt = roundTrip{}
	c.control.restart(now)
}

// maxProbeTimeout bounds the time between two probes. Alive ends it.
const maxProbeTimeout = time.Minute

func (c *Conn) probeAt() time.Time {
	if c.sent.oldest() == nil || c.lastSent.IsZero() {
		return time.Time{}
	}
	return c.lastSent.Add(min(c.rtt.probeTimeout()<<min(c.probes, 12), maxProbeTimeout))
}

func (c *Conn) runTimers(now time.Time) {
	if !c.lossAt.IsZero() && !now.Before(c.lossAt) {
		c.detectLoss(now)
	}
	if at := c.probeAt(); !at.IsZero() && !now.Before(at) {
		c.probes++
		c.probing = 1
		if p := c.sent.oldest(); p != nil { // what it had is the probe
			c.lose(p)
		}
		c.lastSent = now
	}
}
