package wiretest

import (
	"slices"
	"testing"
	"time"

	"gm/internal/deadline"
	"gm/wire/datagram"
	"gm/wire/simnet"
)

// PathEnd is an End with several paths to the other.
type PathEnd interface {
	// Receive handles a datagram that arrived on a path.
	Receive(now time.Time, data []byte, path datagram.Path)

	// Tick does the work that is due and calls send with each datagram, which is
	// valid during the call only.
	Tick(now time.Time, send func(path datagram.Path, data []byte))

	// Deadline returns when Tick must be called if nothing arrives before; zero
	// if never.
	Deadline(now time.Time) time.Time
}

// Road is one path between the ends of a PathNet.
type Road struct {
	Client, Server datagram.Path // as each end knows it
	Up, Down       *simnet.Link
	MTU            int // longest datagram that the links carry; 0 is any

	stalled bool
}

// SetDown cuts the road, or restores it. Datagrams sent while it is down are lost.
func (r *Road) SetDown(down bool) {
	r.Up.SetDown(down)
	r.Down.SetDown(down)
}

// SetStalled stops the road, or lets it go on. Datagrams that are sent while it is
// stopped arrive afterwards, as those in a TCP connection do.
func (r *Road) SetStalled(stalled bool) { r.stalled = stalled }

// SetLinks replaces the links by new ones. Datagrams on their way are lost.
func (r *Road) SetLinks(now time.Time, link simnet.Config, seed uint64) {
	r.Up, r.Down = simnet.NewLink(link, seed, now), simnet.NewLink(link, seed+1, now)
}

// PathNet is two ends of a connection and several roads between them, in virtual time.
// Datagrams on a path without a road are lost.
type PathNet struct {
	Client, Server PathEnd

	// Tap, if set, is called with each datagram that is sent on a road.
	Tap func(d datagram.Direction, road *Road, data []byte)

	timeline
	roads []*Road
}

// NewPathNet returns a PathNet whose time begins at start, without ends and roads.
func NewPathNet(t testing.TB, start time.Time) *PathNet {
	n := &PathNet{}
	n.timeline = timeline{Now: start, t: t, network: n}
	return n
}

// Add adds a road with the same configuration in both directions.
func (n *PathNet) Add(client, server datagram.Path, link simnet.Config, seed uint64) *Road {
	r := &Road{Client: client, Server: server}
	r.SetLinks(n.Now, link, seed)
	n.roads = append(n.roads, r)
	return r
}

// Remove removes a road. Datagrams on their way are lost.
func (n *PathNet) Remove(road *Road) {
	n.roads = slices.DeleteFunc(n.roads, func(r *Road) bool { return r == road })
}

// Next returns when the next datagram arrives or an end has work to do; zero if
// never.
func (n *PathNet) Next() time.Time {
	next := deadline.Earliest(n.dueAfter(n.Client.Deadline(n.Now)), n.dueAfter(n.Server.Deadline(n.Now)))
	for _, r := range n.roads {
		if !r.stalled {
			next = deadline.Earliest(next, r.Up.Deadline(), r.Down.Deadline())
		}
	}
	if next.IsZero() {
		return next
	}
	return deadline.Latest(next, n.Now) // a road that goes on has datagrams that are late
}

func (n *PathNet) turn() (again bool) {
	for _, r := range slices.Clone(n.roads) {
		if r.stalled {
			continue
		}
		for data := r.Up.Receive(n.Now); data != nil; data = r.Up.Receive(n.Now) {
			n.Server.Receive(n.Now, data, r.Server)
		}
		for data := r.Down.Receive(n.Now); data != nil; data = r.Down.Receive(n.Now) {
			n.Client.Receive(n.Now, data, r.Client)
		}
	}
	n.Client.Tick(n.Now, func(path datagram.Path, data []byte) { n.send(datagram.ToServer, path, data) })
	n.Server.Tick(n.Now, func(path datagram.Path, data []byte) { n.send(datagram.ToClient, path, data) })
	return slices.ContainsFunc(n.roads, func(r *Road) bool {
		next := deadline.Earliest(r.Up.Deadline(), r.Down.Deadline())
		return !r.stalled && !next.IsZero() && !next.After(n.Now)
	})
}

func (n *PathNet) send(d datagram.Direction, path datagram.Path, data []byte) {
	for _, r := range n.roads {
		link, end := r.Up, r.Client
		if d == datagram.ToClient {
			link, end = r.Down, r.Server
		}
		if end != path {
			continue
		}
		if n.Tap != nil {
			n.Tap(d, r, data)
		}
		if r.MTU == 0 || len(data) <= r.MTU {
			link.Send(n.Now, data)
		}
	}
}
