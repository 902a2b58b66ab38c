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
	var newest *sentPacket
	bytes := 0
	took := c.took(now, f)
	for _, r := range f.acked {
		if c.sent.len() == 0 || r.last < c.sent.at(c.sent.head).number {
			break
		}
		if p := c.acknowledge(now, r, took, &bytes); newest == nil {
			newest = p
		}
	}
	if newest == nil {
		return nil
	}
	c.probes, c.probing = 0, 0
	c.largest = max(c.largest, newest.number)
	if !newest.at.Before(c.restarted) {
		c.sample(now, f, newest, bytes, took)
	}
	c.detectLoss(now)
	c.sent.prune(now.Add(-c.rtt.probeTimeout()))
	return nil
}

// sample records what an acknowledgement tells of the path: newest is the newest of the packets
// that it is the first to acknowledge.
func (c *Conn) sample(now time.Time, f *frame, newest *sentPacket, bytes int, took time.Duration) {
	if newest.number == f.acked[0].last {
		c.rtt.sample(now.Sub(newest.at), f.delay)
	}
	c.control.congestion.sample(now, took, c.control.least, max(bytes/c.control.bytes, 1))
	if c.control.acknowledged(now, bytes, newest, now.Sub(newest.at), c.sent.bytes) {
		c.reordered -= c.reordered / 16
	}
}

// took returns the round trip of the largest packet of an acknowledgement; 0 if it is not
// known any more.
func (c *Conn) took(now time.Time, f *frame) time.Duration {
	i := c.sent.search(f.acked[0].last)
	if i == c.sent.tail || c.sent.at(i).number != f.acked[0].last {
		return 0
	}
	return now.Sub(c.sent.at(i).at) - min(f.delay, maxAckDelay)
}

// acknowledge handles a range of an acknowledgement. It adds the sizes of the packets that it
// is the first to acknowledge to bytes, and returns the newest of them.
func (c *Conn) acknowledge(now time.Time, r packetRange, took time.Duration, bytes *int) (newest *sentPacket) {
	q := &c.sent
	first := q.search(r.first)
	i := first
	for i < q.tail {
		p := q.at(i)
		if p.number > r.last {
			break
		}
		if p.state == acknowledged {
			i = max(i+1, p.skip)
			continue
		}
		if p.state == overdue {
			c.reordered = min(max(c.reordered, now.Sub(p.at)-c.rtt.estimate()), c.rtt.estimate())
		}
		q.settle(p, acknowledged)
		*bytes += p.size
		p.took = took
		c.arrived(p)
		newest = p
		i++
	}
	if i > first {
		q.at(first).skip = i
	}
	return newest
}

// arrived records for the streams of a packet that the peer has it.
func (c *Conn) arrived(p *sentPacket) {
	c.sent.partsOf(p, func(f part) {
		s := c.streams[f.id]
		if s == nil {
			return
		}
		switch f.kind {
		case frameOpen:
			s.opened = true
		case frameReset:
			s.resetDue, s.resetAcked = false, true
		case frameData, frameEnd:
			if s.reset == nil {
				s.out.arrived(&c.outMemory, f.data, f.kind == frameEnd)
			}
		}
		c.turns.update(s)
		if s.done() {
			c.forget(s)
		}
	})
}

// detectLoss finds packets that were sent well before one that was acknowledged (RFC 8985).
func (c *Conn) detectLoss(now time.Time) {
	c.lossAt = time.Time{}
	wait := max(c.rtt.latest, c.rtt.estimate()) + max(c.rtt.least/4, c.reordered, granularity)
	for p := c.sent.oldest(); p != nil && p.number < c.largest; p = c.sent.oldest() {
		at := p.at.Add(wait)
		if now.Before(at) {
			c.lossAt = at
			return
		}
		c.control.lost(now, p, c.sent.tookNext(c.sent.live))
		c.lose(p, overdue)
	}
}

// lose sends the frames of a packet again.
func (c *Conn) lose(p *sentPacket, why sentState) {
	c.sent.settle(p, why)
	c.sent.partsOf(p, func(f part) {
		s := c.streams[f.id]
		if s == nil {
			return
		}
		switch f.kind {
		case frameOpen:
			s.opened = false
		case frameReset:
			s.resetDue = !s.resetAcked
		case frameCredit:
			s.in.update = s.reset == nil && !s.in.ended
		default:
			if s.reset == nil {
				s.out.missing(f.data, f.kind == frameEnd)
			}
		}
		c.turns.update(s)
	})
}

// Alive records that a datagram has come from the peer. After an outage everything that was
// on its way is sent again at once.
func (c *Conn) Alive(now time.Time) {
	switch {
	case c.probes >= outageProbes:
		c.restart(now)
	case c.probes > 0:
		c.probe(now)
		c.probes = 0
	}
}

// outageProbes without an acknowledgement are an outage, and not a few losses.
const outageProbes = 3

// PathChanged records that the session has moved to another path.
func (c *Conn) PathChanged(now time.Time) { c.restart(now) }

func (c *Conn) restart(now time.Time) {
	c.loseAll()
	c.probes, c.probing, c.lossAt, c.paced, c.restarted = 0, 0, time.Time{}, now, now
	c.rtt, c.reordered = roundTrip{}, 0
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
	if c.sent.len() >= maxSent {
		c.sent.prune(now) // lost packets, in paths that have ended
	}
	if !c.lossAt.IsZero() && !now.Before(c.lossAt) {
		c.detectLoss(now)
	}
	if at := c.probeAt(); !at.IsZero() && !now.Before(at) {
		c.probes++
		c.probe(now)
	}
}

// loseAll sends the frames of all packets in flight again, those of the first bytes first.
func (c *Conn) loseAll() {
	for p := c.sent.oldest(); p != nil; p = c.sent.oldest() {
		c.lose(p, probed)
	}
}

// probe sends the frames of the oldest packet again. If that has not helped, the peer may
// not have room for them but for the first bytes that it misses.
func (c *Conn) probe(now time.Time) {
	if c.probes >= outageProbes {
		c.loseAll()
	} else if p := c.sent.oldest(); p != nil {
		c.lose(p, probed)
	}
	c.probing, c.lastSent, c.paced = 1, now, now
}
