package simnet

import (
	"container/heap"
	"math/rand/v2"
	"time"
)

// Link is one direction of a network. It reads no clock and never waits. It is not
// safe for concurrent use.
type Link struct {
	cfg   Config
	start time.Time
	rng   *rand.Rand
	down  bool

	idle     time.Time // when the last datagram has passed the rate limit
	newest   time.Time // arrival of the last datagram that kept its place
	inFlight inFlight
	bytes    int // in flying
	sent     uint64
	stats    Stats
}

// Stats counts the datagrams of a Link by their outcome.
type Stats struct {
	Sent       Count // all that were sent
	Delivered  Count // copies received
	Lost       Count // by loss and outages
	Overflowed Count // dropped by a full queue
}

// Count is a number of datagrams and the bytes of UDP payload in them.
type Count struct{ Packets, Bytes int }

func (c *Count) add(datagram []byte) {
	c.Packets++
	c.Bytes += len(datagram)
}

const (
	// maxInFlightBytes and maxInFlightPackets bound the datagrams on their way.
	maxInFlightBytes   = 64 << 20
	maxInFlightPackets = 1 << 17

	// maxHold is the maximum extra delay of a reordered datagram.
	maxHold = 100 * time.Millisecond

	// headerBytes of IPv4 and UDP count against the rate.
	headerBytes = 28
)

// NewLink returns a link that begins at start. With the same seed, the same
// datagrams at the same times have the same arrivals.
func NewLink(cfg Config, seed uint64, start time.Time) *Link {
	return &Link{cfg: cfg, start: start, rng: rand.New(rand.NewPCG(seed, 0))}
}

// SetDown cuts the link, or restores it. Datagrams sent while it is down are lost;
// those on their way arrive.
func (l *Link) SetDown(down bool) { l.down = down }

// Stats returns the counts so far.
func (l *Link) Stats() Stats { return l.stats }

// Send sends a copy of datagram. now must not go back.
func (l *Link) Send(now time.Time, datagram []byte) {
	l.stats.Sent.add(datagram)
	outcome := l.draw()
	leaves, fits := l.transmit(now, int64(len(datagram)))
	switch {
	case !fits:
		l.stats.Overflowed.add(datagram)
	case outcome.lost || l.down || l.inOutage(now):
		l.stats.Lost.add(datagram)
	default:
		arrives := l.arrival(leaves, outcome)
		for range outcome.copies {
			l.put(arrives, datagram)
		}
	}
}

// Deadline returns when the next datagram arrives; zero if none is on its way.
func (l *Link) Deadline() time.Time {
	if len(l.inFlight) == 0 {
		return time.Time{}
	}
	return l.inFlight[0].arrives
}

// Receive returns the next datagram that has arrived by now; nil if there is
// none.
func (l *Link) Receive(now time.Time) []byte {
	if len(l.inFlight) == 0 || l.inFlight[0].arrives.After(now) {
		return nil
	}
	d := heap.Pop(&l.inFlight).(inFlightDatagram).datagram
	l.bytes -= len(d)
	l.stats.Delivered.add(d)
	return d
}

// outcome is the random part of what happens to one datagram.
type outcome struct {
	lost   bool
	copies int
	jitter time.Duration
	hold   time.Duration // 0 for a datagram that keeps its place
}

// draw draws the same number of random values for each datagram, so that a change
// of one share does not affect the others.
func (l *Link) draw() outcome {
	o := outcome{copies: 1}
	o.lost = l.rng.Float64() < l.cfg.Loss
	o.jitter = time.Duration(l.rng.Float64() * float64(l.cfg.Jitter))
	if l.rng.Float64() < l.cfg.Duplicate {
		o.copies = 2
	}
	held := l.rng.Float64() < l.cfg.Reorder
	if hold := time.Duration(l.rng.Float64() * float64(maxHold)); held {
		o.hold = max(hold, 1)
	}
	return o
}

func (l *Link) inOutage(now time.Time) bool {
	since := now.Sub(l.start)
	for _, o := range l.cfg.Outages {
		if since >= o.After && since-o.After < o.For {
			return true
		}
	}
	return false
}

// transmit returns when a datagram of size bytes has passed the rate limit. ok is
// false if the queue is too full for it.
func (l *Link) transmit(now time.Time, size int64) (leaves time.Time, ok bool) {
	if l.cfg.Rate == 0 {
		return now, true
	}
	if l.idle.Before(now) {
		l.idle = now
	}
	wait := l.idle.Sub(now)
	if wait > l.longestWait(size) {
		return time.Time{}, false
	}
	l.idle = l.idle.Add(l.txTime(size + l.headers()))
	return l.idle, true
}

func (l *Link) longestWait(size int64) time.Duration {
	switch {
	case l.cfg.QueueTime > 0:
		return l.cfg.QueueTime
	case l.cfg.QueueBytes > 0:
		return l.txTime(max(0, l.cfg.QueueBytes-size-l.headers()))
	}
	return defaultQueue
}

func (l *Link) headers() int64 {
	if l.cfg.HeadersIncluded {
		return 0
	}
	return headerBytes
}

func (l *Link) txTime(bytes int64) time.Duration {
	return time.Duration(float64(bytes) * 8 / float64(l.cfg.Rate) * float64(time.Second))
}

func (l *Link) arrival(leaves time.Time, o outcome) time.Time {
	arrives := leaves.Add(l.cfg.Delay + o.jitter)
	if arrives.Before(l.newest) {
		arrives = l.newest
	}
	if o.hold > 0 {
		return arrives.Add(o.hold)
	}
	l.newest = arrives
	return arrives
}

func (l *Link) put(arrives time.Time, datagram []byte) {
	if len(l.inFlight) >= maxInFlightPackets || l.bytes+len(datagram) > maxInFlightBytes {
		l.stats.Overflowed.add(datagram)
		return
	}
	l.sent++
	l.bytes += len(datagram)
	heap.Push(&l.inFlight, inFlightDatagram{arrives, l.sent, append([]byte{}, datagram...)})
}
