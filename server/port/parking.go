//go:build unix

package port

import (
	"time"

	"gm/wire/control"
)

const (
	// maxParked is the number of datagrams that wait for a session. A further one replaces
	// the oldest.
	maxParked = 64
	// parkTime is how long a datagram waits: longer than sessions need to join a new reader.
	parkTime = 500 * time.Millisecond
)

// parking keeps datagrams for which there is no session yet.
type parking struct {
	places [maxParked]parked
	next   int
}

type parked struct {
	datagram control.Datagram
	until    time.Time
}

func (p *parking) put(now time.Time, d *control.Datagram) {
	place := &p.places[p.next]
	p.next = (p.next + 1) % maxParked
	data := append(place.datagram.Data[:0], d.Data...)
	*place = parked{*d, now.Add(parkTime)}
	place.datagram.Data = data
}

// claim calls use with each datagram, oldest first, that the new routes contain and the old
// ones do not.
func (p *parking) claim(now time.Time, before, after control.Routes, use func(*control.Datagram)) {
	for i := range p.places {
		place := &p.places[(p.next+i)%maxParked]
		d := &place.datagram
		if now.Before(place.until) && claims(after, d.Data, d.Remote) && !claims(before, d.Data, d.Remote) {
			use(d)
		}
	}
}
