package simnet

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"gm/internal/deadline"
	"gm/wire/datagram"
)

// maxDatagram is more than the largest UDP payload.
const maxDatagram = 1 << 16

// run owns the two links. It ends after done, and ends the readers.
func (r *Relay) run() {
	defer r.front.Close()
	defer func() { r.back.Close() }()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case a := <-r.arrivals:
			r.take(time.Now(), a)
		case f := <-r.commands:
			f()
		case <-timer.C:
		case <-r.done:
			return
		}
		r.deliver(time.Now())
		if next := deadline.Earliest(r.up.Deadline(), r.down.Deadline()); !next.IsZero() {
			timer.Reset(time.Until(next))
		}
	}
}

// read passes the datagrams received on c to run, until c is closed. Errors of
// single datagrams, such as the peer's closed port on Windows, are ignored.
func (r *Relay) read(c *net.UDPConn, d datagram.Direction) {
	buf := make([]byte, maxDatagram)
	for {
		n, from, err := c.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		select {
		case r.arrivals <- arrival{d, append([]byte{}, buf[:n]...), from}:
		case <-r.done:
			return
		}
	}
}

func (r *Relay) take(now time.Time, a arrival) {
	if a.direction == datagram.ToClient && !samePeer(a.from, r.server) {
		return
	}
	if r.opts.Tap != nil {
		r.opts.Tap(a.direction, a.data)
	}
	if a.direction == datagram.ToServer {
		r.client = a.from
		r.up.Send(now, a.data)
	} else {
		r.down.Send(now, a.data)
	}
}

func (r *Relay) deliver(now time.Time) {
	for d := r.up.Receive(now); d != nil; d = r.up.Receive(now) {
		r.back.WriteToUDPAddrPort(d, r.server)
	}
	for d := r.down.Receive(now); d != nil; d = r.down.Receive(now) {
		r.front.WriteToUDPAddrPort(d, r.client)
	}
}

func samePeer(a, b netip.AddrPort) bool {
	return a.Port() == b.Port() && a.Addr().Unmap() == b.Addr().Unmap()
}
