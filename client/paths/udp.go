package paths

import (
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"time"

	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// maxReadErrors is the number of failed reads in a row after which a socket is no longer
// read.
const maxReadErrors = 16

// Socket is a UDP socket, as [udp.Conn] describes it.
type Socket interface {
	Read(buf []byte) (udp.Packet, error)
	Write(data []byte, path datagram.Path) error
	Local() netip.AddrPort
	ReportRefusals(on bool)
	Close() error
}

// Network opens sockets. The zero Network is the system's.
type Network struct {
	Open    func(peer netip.Addr) (Socket, error) // as [udp.Open]
	LocalTo func(peer netip.AddrPort) netip.Addr  // as [udp.LocalTo]
}

func (n Network) orSystem() Network {
	if n.Open == nil {
		n.Open = func(peer netip.Addr) (Socket, error) { return udp.Open(peer) }
	}
	if n.LocalTo == nil {
		n.LocalTo = udp.LocalTo
	}
	return n
}

// udpPath is a path over UDP that hops from port to port (protocol, section 3):
// it sends from the newest socket and receives on all.
type udpPath struct {
	path    datagram.Path
	conns   []Socket // oldest first, never empty
	hopper  *wire.Hopper
	inbox   *inbox
	network Network
	waiting time.Time   // when the first unanswered datagram was sent; zero if all are answered
	heard   atomic.Bool // a datagram of the server has arrived
}

func openUDPPath(now time.Time, path datagram.Path, in *inbox, network Network) (*udpPath, error) {
	u := &udpPath{path: path, hopper: wire.NewHopper(now), inbox: in, network: network}
	return u, u.open()
}

func (u *udpPath) open() error {
	conn, err := u.network.Open(u.path.Remote.Addr())
	if err != nil {
		return err
	}
	if !u.heard.Load() {
		conn.ReportRefusals(true)
	}
	u.conns = append(u.conns, conn)
	u.inbox.feed(func() { u.read(conn) })
	return nil
}

func (u *udpPath) send(now time.Time, data []byte) error {
	if u.waiting.IsZero() {
		u.waiting = now
	}
	err := u.write(data)
	if !u.heard.Load() && errors.Is(err, syscall.ECONNREFUSED) { // of the datagram before
		u.inbox.refuse(u.path, err)
	}
	return err
}

// queuer is a socket that may keep datagrams until Flush, as [udp.Conn] does.
type queuer interface {
	Queue(data []byte, path datagram.Path) error
	Flush() error
}

func (u *udpPath) write(data []byte) error {
	if q, ok := u.newest().(queuer); ok {
		return q.Queue(data, u.path)
	}
	return u.newest().Write(data, u.path)
}

func (u *udpPath) flush() error {
	if q, ok := u.newest().(queuer); ok {
		return q.Flush()
	}
	return nil
}

func (u *udpPath) local() netip.AddrPort {
	return netip.AddrPortFrom(u.network.LocalTo(u.path.Remote), u.newest().Local().Port())
}

func (u *udpPath) newest() Socket { return u.conns[len(u.conns)-1] }

func (u *udpPath) unansweredSince(answered time.Time) time.Time {
	if !u.waiting.After(answered) {
		u.waiting = time.Time{}
	}
	return u.waiting
}

// hop opens a socket on another port if that is due, and closes stale ones. It reports
// whether it has opened one.
func (u *udpPath) hop(now, answered time.Time) (opened bool) {
	if u.hopper.Due(now, u.unansweredSince(answered)) {
		if opened = u.open() == nil; opened {
			u.drop(u.hopper.Opened(now))
		} else {
			u.hopper.Failed(now)
		}
	}
	u.drop(u.hopper.Stale(now))
	return opened
}

func (u *udpPath) drop(n int) {
	for _, conn := range u.conns[:n] {
		conn.Close()
	}
	u.conns = append(u.conns[:0], u.conns[n:]...)
}

func (u *udpPath) close() { u.drop(len(u.conns)) }

// packetReader is the reading half of a udp.Conn.
type packetReader interface {
	Read(buf []byte) (udp.Packet, error)
}

func (u *udpPath) read(conn packetReader) {
	for failures := 0; failures < maxReadErrors; {
		buf := u.inbox.buffer()
		packet, err := conn.Read(buf)
		switch {
		case err == nil:
			failures = 0
			if !u.inbox.put(Datagram{u.path, packet.Data, packet.Congested, buf}) {
				return
			}
		case errors.Is(err, net.ErrClosed):
			return
		case !u.heard.Load() && udp.IsRefusal(err):
			u.inbox.refuse(u.path, err)
		default:
			failures++
		}
	}
}

func (u *udpPath) noteHeard() {
	if u.heard.Swap(true) {
		return
	}
	for _, conn := range u.conns {
		conn.ReportRefusals(false)
	}
}
