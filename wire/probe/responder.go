package probe

import (
	"net/netip"
	"time"

	"gm/wire/datagram"
)

// Limits of a run, at the host.
const (
	// MaxRequests is the number of Requests that are reported and answered.
	MaxRequests = 4096
	// maxDelayed is the number of replies that wait.
	maxDelayed = 64
	// MaxDelay bounds Request.Delay; replies after a longer one are not sent.
	MaxDelay = 10 * time.Minute
	// MaxUnasked is the number of datagrams that the host sends unasked.
	MaxUnasked = 48
	// maxUnaskedSize is the size of the longest one of them, in bytes.
	maxUnaskedSize = 100
)

// Responder is the host's side of a run.
type Responder struct {
	sealer  *Sealer
	client  netip.Addr // from which the client logged in; zero if it is not known
	seen    map[uint32]bool
	delayed []delayedReply
	unasked int
}

type delayedReply struct {
	due   time.Time
	path  datagram.Path
	reply Reply
}

// NewResponder returns a Responder with a new key for each run. client is the address from
// which the client logged in; zero if that is not known.
func NewResponder(key datagram.Key, client netip.Addr, now time.Time) (*Responder, error) {
	sealer, err := NewSealer(key, datagram.ToClient, now)
	return &Responder{sealer: sealer, client: client, seen: map[uint32]bool{}}, err
}

// Identifiers returns the identifiers of the client's datagrams.
func (r *Responder) Identifiers() []uint32 { return r.sealer.Identifiers() }

// Receive handles a datagram. It returns what is to be reported of it; ok is false if that
// is nothing.
func (r *Responder) Receive(now time.Time, data []byte, path datagram.Path) (arrival Arrival, ok bool) {
	request, err := r.sealer.OpenRequest(now, data)
	if err != nil || r.seen[request.Number] || len(r.seen) >= MaxRequests {
		return Arrival{}, false
	}
	r.seen[request.Number] = true
	if request.Delay <= MaxDelay && len(r.delayed) < maxDelayed {
		r.delayed = append(r.delayed, delayedReply{now.Add(request.Delay), path, Reply{Number: request.Number, Size: request.Size}})
	}
	return Arrival{Number: request.Number, Size: request.Size, From: path.Remote}, true
}

// Unasked queues datagrams as the client has requested them. Those beyond the limits are
// left out.
func (r *Responder) Unasked(now time.Time, s Send) {
	if !r.client.IsValid() || s.Port == 0 {
		return
	}
	path := datagram.Path{Remote: netip.AddrPortFrom(r.client, s.Port)}
	for i := range s.Count {
		if r.unasked >= MaxUnasked || len(r.delayed) >= maxDelayed {
			return
		}
		r.unasked++
		due := now.Add(time.Duration(i) * unaskedPause)
		r.delayed = append(r.delayed, delayedReply{due, path, Reply{Number: s.Number + i, Unasked: true, Size: maxUnaskedSize}})
	}
}

const unaskedPause = 20 * time.Millisecond

// Tick calls send with each datagram that is due, which is valid during the call only.
func (r *Responder) Tick(now time.Time, send func(path datagram.Path, data []byte)) {
	waiting := r.delayed[:0]
	for _, d := range r.delayed {
		if d.due.After(now) {
			waiting = append(waiting, d)
		} else if data, err := r.sealer.SealReply(now, d.reply); err == nil {
			send(d.path, data)
		}
	}
	r.delayed = waiting
}

// Deadline returns when the next datagram is due; zero if none waits.
func (r *Responder) Deadline() (at time.Time) {
	for _, d := range r.delayed {
		if at.IsZero() || d.due.Before(at) {
			at = d.due
		}
	}
	return at
}
