package wire

import (
	"time"

	"gm/internal/deadline"
)

// Port hopping (protocol, section 3).
const (
	HopAfter   = 10 * time.Second // of waiting for an answer, on a socket of that age
	HopKeep    = 60 * time.Second // age of the newest socket at which the others are closed
	HopSockets = 10               // open at once, at most
)

// Hopper decides when a client changes its port. It holds no socket: the caller
// has a list of them, oldest first, sends from the last and receives on all.
type Hopper struct {
	opened  time.Time // the newest socket, or the newest failure to open one
	sockets int
}

// NewHopper returns the Hopper of a client that has opened one socket now.
func NewHopper(now time.Time) *Hopper { return &Hopper{opened: now, sockets: 1} }

// Due reports whether another socket should be opened. waiting is when the first
// datagram was sent that the peer has not answered; zero if it has answered all.
func (h *Hopper) Due(now, waiting time.Time) bool {
	at := h.hopAt(waiting)
	return !at.IsZero() && !now.Before(at)
}

// Opened records that another socket was opened. It returns how many of the
// oldest sockets must be closed to keep within HopSockets.
func (h *Hopper) Opened(now time.Time) (surplus int) {
	h.opened = now
	h.sockets++
	return h.keepNewest(HopSockets)
}

// Failed records that no socket could be opened. The next attempt is HopAfter
// later.
func (h *Hopper) Failed(now time.Time) { h.opened = now }

// Stale returns how many of the oldest sockets must be closed because the newest
// is older than HopKeep.
func (h *Hopper) Stale(now time.Time) (surplus int) {
	if now.Sub(h.opened) < HopKeep {
		return 0
	}
	return h.keepNewest(1)
}

// Deadline returns when the result of Due or Stale changes if nothing happens
// before; zero if it does not.
func (h *Hopper) Deadline(waiting time.Time) time.Time {
	if h.sockets > 1 {
		return deadline.Earliest(h.hopAt(waiting), h.opened.Add(HopKeep))
	}
	return h.hopAt(waiting)
}

func (h *Hopper) hopAt(waiting time.Time) time.Time {
	if waiting.IsZero() {
		return time.Time{}
	}
	return deadline.Latest(h.opened, waiting).Add(HopAfter)
}

func (h *Hopper) keepNewest(n int) (surplus int) {
	surplus = max(h.sockets-n, 0)
	h.sockets -= surplus
	return surplus
}
