package wiretest

import (
	"testing"
	"time"
	"unsafe"

	"gm/internal/deadline"
	"gm/wire/datagram"
	"gm/wire/simnet"
)

// End is one end of a connection, without clock and socket. Its methods are
// called with times that never go back.
type End interface {
	// Receive handles a datagram that arrived.
	Receive(now time.Time, data []byte)

	// Tick does the work that is due and calls send with each datagram, which is
	// valid during the call only.
	Tick(now time.Time, send func(data []byte))

	// Deadline returns when Tick must be called if nothing arrives before; zero
	// if never.
	Deadline(now time.Time) time.Time
}

// Net is two ends of a connection and the links between them, in virtual time:
// the same calls with the same seed have the same results.
type Net struct {
	Client, Server End // nil if absent: datagrams to it are lost
	Up, Down       *simnet.Link

	MTU int // longest datagram that the links carry; 0 is any

	// Tap, if set, is called with each datagram that is sent.
	Tap func(d datagram.Direction, data []byte)

	timeline
}

// NewNet returns a Net whose time begins at start, without ends. Each direction
// is a link of its own with the same configuration.
func NewNet(t testing.TB, start time.Time, link simnet.Config, seed uint64) *Net {
	n := &Net{Up: simnet.NewLink(link, seed, start), Down: simnet.NewLink(link, seed+1, start)}
	n.timeline = timeline{Now: start, t: t, network: n}
	return n
}

func (n *Net) turn() (again bool) {
	n.deliver(n.Up, n.Server)
	n.deliver(n.Down, n.Client)
	n.tick(n.Client, datagram.ToServer)
	n.tick(n.Server, datagram.ToClient)
	return n.arrived(n.Up) || n.arrived(n.Down)
}

// Next returns when the next datagram arrives or an end has work to do; zero if
// never.
func (n *Net) Next() time.Time {
	return deadline.Earliest(n.Up.Deadline(), n.Down.Deadline(), n.deadline(n.Client), n.deadline(n.Server))
}

// Send puts a datagram on the link of a direction.
func (n *Net) Send(d datagram.Direction, data []byte) {
	if n.Tap != nil {
		n.Tap(d, data)
	}
	if n.MTU > 0 && len(data) > n.MTU {
		return
	}
	if d == datagram.ToServer {
		n.Up.Send(n.Now, data)
	} else {
		n.Down.Send(n.Now, data)
	}
}

func (n *Net) deliver(link *simnet.Link, to End) {
	for data := link.Receive(n.Now); data != nil; data = link.Receive(n.Now) {
		if to != nil {
			to.Receive(n.Now, data)
		}
	}
}

func (n *Net) tick(end End, d datagram.Direction) {
	if end != nil {
		end.Tick(n.Now, func(data []byte) { n.Send(d, data) })
	}
}

func (n *Net) arrived(link *simnet.Link) bool {
	at := link.Deadline()
	return !at.IsZero() && !at.After(n.Now)
}

// deadline returns when end is to be called, which is after now.
func (n *Net) deadline(end End) time.Time {
	if end == nil {
		return time.Time{}
	}
	return n.dueAfter(end.Deadline(n.Now))
}

// SetClock returns now as it reads after the host's clock was set by whole
// seconds: the wall clock has moved, the monotonic clock has not (package time,
// Monotonic Clocks). now must have a monotonic reading.
func SetClock(now time.Time, by time.Duration) time.Time {
	const secondsShift = 30 // of the seconds in the first word
	*(*uint64)(unsafe.Pointer(&now)) += uint64(by/time.Second) << secondsShift
	return now
}

// OnePath returns a function for Transport.Tick that calls send with each datagram,
// whatever its path.
func OnePath(send func(data []byte)) func(path datagram.Path, data []byte) {
	return func(_ datagram.Path, data []byte) { send(data) }
}
