//go:build unix

package server

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"gm/wire/datagram"
	"gm/wire/udp"
)

// maxSockets is the number of UDP sockets of a session. The last one is bound to every
// address, so that it serves all clients for which the others are of no use.
const maxSockets = 8

// socket is the part of udp.Conn that the loop uses.
type socket interface {
	Read(buf []byte) (udp.Packet, error)
	Write(data []byte, path datagram.Path) error
	// Local returns the address and port that the socket is bound to.
	Local() netip.AddrPort
	Close() error
}

// boundSocket is a socket and the address that it was opened for, the zero Addr for all.
type boundSocket struct {
	socket
	bind netip.Addr
}

// covers reports whether clients reach the socket by the address bind, the zero Addr for
// any, at a port of the range. The zero PortRange contains every port.
func (b *boundSocket) covers(bind netip.Addr, ports udp.PortRange) bool {
	if port := b.Local().Port(); ports != (udp.PortRange{}) && (port < ports.Low || port > ports.High) {
		return false
	}
	switch {
	case !b.bind.IsValid() || b.bind == bind:
		return true
	case !bind.IsValid():
		return false
	}
	return b.bind.IsUnspecified() && b.bind.Is4() == bind.Is4()
}

// fits reports whether a datagram that came on path has come through the socket.
func (b *boundSocket) fits(path datagram.Path) bool {
	local := b.Local()
	addr := local.Addr().WithZone("") // datagrams are reported without it
	return local.Port() == path.LocalPort && (addr.IsUnspecified() || addr == path.Local.WithZone(""))
}

// complete adds to the path of a datagram what distinguishes the socket from the others.
func (b *boundSocket) complete(path *datagram.Path) {
	local := b.Local()
	path.LocalPort = local.Port()
	if !path.Local.IsValid() && !local.Addr().IsUnspecified() {
		path.Local = local.Addr()
	}
}

// sockets are the UDP sockets of a session. The first process opened the first one.
// Further ones are for clients that reach the host by another address, or need another
// port.
type sockets struct {
	open   []*boundSocket
	listen func(bind netip.Addr, ports udp.PortRange) (socket, error)
}

// newSockets returns the sockets of a session that begins with s. bind is the address
// that s was opened for; if s is bound to every address nevertheless, it counts as
// opened for all. listen opens further ones.
func newSockets(s socket, bind netip.Addr, listen func(bind netip.Addr, ports udp.PortRange) (socket, error)) sockets {
	if s.Local().Addr().IsUnspecified() && !bind.IsUnspecified() {
		bind = netip.Addr{}
	}
	return sockets{open: []*boundSocket{{s, bind}}, listen: listen}
}

func (s *sockets) covering(bind netip.Addr, ports udp.PortRange) *boundSocket {
	if i := slices.IndexFunc(s.open, func(b *boundSocket) bool { return b.covers(bind, ports) }); i >= 0 {
		return s.open[i]
	}
	return nil
}

// add opens a socket. An address that cannot be bound, because it is that of a device in
// front of this host, is replaced by all addresses. The zero PortRange is mosh's.
func (s *sockets) add(bind netip.Addr, ports udp.PortRange) (*boundSocket, error) {
	if len(s.open) >= maxSockets {
		return nil, fmt.Errorf("the session has %d UDP sockets already, none of them in %v", len(s.open), ports)
	}
	if len(s.open) == maxSockets-1 {
		bind = netip.Addr{}
	}
	ports = cmp.Or(ports, udp.DefaultPorts())
	conn, err := s.listen(bind, ports)
	if err != nil && bind.IsValid() {
		bind = netip.Addr{}
		conn, err = s.listen(bind, ports)
	}
	if err != nil {
		return nil, err
	}
	b := &boundSocket{conn, bind}
	s.open = append(s.open, b)
	return b, nil
}

// queuer is a socket that may keep datagrams until Flush, as udp.Conn does.
type queuer interface {
	Queue(data []byte, path datagram.Path) error
	Flush() error
}

// write sends a datagram from the socket of its path; from the first one if that socket
// has failed. It may wait for flush.
func (s *sockets) write(data []byte, path datagram.Path) error {
	if len(s.open) == 0 {
		return errors.New("no UDP socket is left")
	}
	from := s.open[0]
	if i := slices.IndexFunc(s.open, func(b *boundSocket) bool { return b.fits(path) }); i > 0 {
		from = s.open[i]
	}
	if q, ok := from.socket.(queuer); ok {
		return q.Queue(data, path)
	}
	return from.Write(data, path)
}

// flush sends the datagrams that wait. It returns the first error.
func (s *sockets) flush() (first error) {
	for _, b := range s.open {
		if q, ok := b.socket.(queuer); ok {
			first = cmp.Or(first, q.Flush())
		}
	}
	return first
}

// remove closes a socket that has failed. It reports whether others are left.
func (s *sockets) remove(b *boundSocket) bool {
	b.Close()
	s.open = slices.DeleteFunc(s.open, func(o *boundSocket) bool { return o == b })
	return len(s.open) > 0
}

func (s *sockets) close() {
	for _, b := range s.open {
		b.Close()
	}
}
