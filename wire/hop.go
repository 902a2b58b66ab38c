package wire

import "time"

// Port hopping (mosh-protocol, section 3).
const (
	HopAfter   = 10 * time.Second // without a round trip, on a socket of that age
	HopKeep    = 60 * time.Second // age of the newest socket at which the others are closed
	HopSockets = 10               // open at once, at most
)

// Hopper decides when a client changes its port. It holds no socket: the
// caller has a list of them, oldest first, sends from the last and receives on
// all.
type Hopper struct {
	opened  time.Time // the newest socket, or the newest failure to open one
	sockets int
}

// NewHopper begins with one socket, opened now.
func NewHopper(now time.Time) *Hopper { return &Hopper{opened: now, sockets: 1} }

// Due says that another socket should be opened. success is when the newest
// state that the peer acknowledged was sent (Transport.Acked), zero if never.
func (h *Hopper) Due(now, success time.Time) bool {
	return !now.Before(h.hopAt(success))
}

// Opened says that another socket was opened, and gives the number of the
// oldest that must be closed for it.
func (h *Hopper) Opened(now time.Time) (surplus int) {
	h.opened = now
	h.sockets++
	return h.keep(HopSockets)
}

// Failed says that no socket could be opened; the next try is HopAfter later.
func (h *Hopper) Failed(now time.Time) { h.opened = now }

// Stale gives the number of the oldest sockets that have had their time and
// must be closed.
func (h *Hopper) Stale(now time.Time) (surplus int) {
	if now.Sub(h.opened) < HopKeep {
		return 0
	}
	return h.keep(1)
}

// Deadline is when Due or Stale change their answer if nothing happens before.
func (h *Hopper) Deadline(success time.Time) time.Time {
	at := h.hopAt(success)
	if stale := h.opened.Add(HopKeep); h.sockets > 1 && stale.Before(at) {
		return stale
	}
	return at
}

func (h *Hopper) hopAt(success time.Time) time.Time {
	if success.After(h.opened) {
		return success.Add(HopAfter)
	}
	return h.opened.Add(HopAfter)
}

// keep forgets all sockets but the newest n.
func (h *Hopper) keep(n int) (surplus int) {
	surplus = max(h.sockets-n, 0)
	h.sockets -= surplus
	return surplus
}
