// Package udp has the UDP sockets of a session. They bind a port of a range, set
// and read ECN, disable path MTU discovery, and answer from the address that a
// datagram was sent to.
//
// An option that the system does not have is silently left out: a session needs
// none of them.
package udp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"gm/wire/datagram"
)

// ErrTooLong means that a datagram does not fit the path (EMSGSIZE).
var ErrTooLong = errors.New("datagram is too long for the path")

// ErrPortTaken means that no port of a range is free.
var ErrPortTaken = errors.New("no UDP port is free")

// ReadSize is the size of a buffer that every datagram of a session fits.
const ReadSize = 2048

// Conn is a UDP socket. Read and Write may be called at the same time, each by one
// goroutine, and Close at any time.
type Conn struct {
	udp     *net.UDPConn
	local   netip.AddrPort
	control []byte // control messages of the datagram being read
	source  source // control message of the datagram being written
	sender  sender
	bulk    bulkReader
	batch   batch
}

// Packet is a received datagram.
type Packet struct {
	Data      []byte        // in the caller's buffer
	Path      datagram.Path // to answer on
	Congested bool          // ECN mark CE
}

// Listen binds the first free port of the range. The zero Addr stands for all
// addresses of the host, of both families where the system supports that.
func Listen(addr netip.Addr, ports PortRange) (*Conn, error) {
	if ports.Low > ports.High {
		return nil, fmt.Errorf("no port in the range %v", ports)
	}
	// An int, because the range may end with the largest port.
	for port := int(ports.Low); port <= int(ports.High); port++ {
		conn, err := bind(addr, port)
		if err == nil {
			return newConn(conn), nil
		}
		if !isPortTaken(err) {
			return nil, fmt.Errorf("listen on UDP port %d: %w", port, err)
		}
	}
	return nil, fmt.Errorf("%w in %v", ErrPortTaken, ports)
}

func bind(addr netip.Addr, port int) (*net.UDPConn, error) {
	local := net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, uint16(port)))
	return net.ListenUDP(network(addr), local)
}

func network(addr netip.Addr) string {
	switch {
	case !addr.IsValid():
		return "udp"
	case addr.Unmap().Is4():
		return "udp4"
	}
	return "udp6"
}

// Open returns a socket for peers of the given address's family, on a port that
// the system chooses.
func Open(peer netip.Addr) (*Conn, error) {
	conn, err := net.ListenUDP(network(peer), nil)
	if err != nil {
		return nil, fmt.Errorf("open a UDP socket: %w", err)
	}
	return newConn(conn), nil
}

// Dial returns a socket of the system with the options of those of sessions, which sends to
// the peer, and receives from it alone. Its errors include ICMP errors.
func Dial(peer netip.AddrPort) (*net.UDPConn, error) {
	conn, err := net.DialUDP(network(peer.Addr()), nil, net.UDPAddrFromAddrPort(peer))
	if err != nil {
		return nil, err
	}
	if raw, err := conn.SyscallConn(); err == nil {
		setOptions(raw, !peer.Addr().Unmap().Is4())
	}
	return conn, nil
}

// FromFile returns the socket of another process, and closes f.
func FromFile(f *os.File) (*Conn, error) {
	defer f.Close()
	conn, err := net.FilePacketConn(f)
	if err != nil {
		return nil, fmt.Errorf("take over a UDP socket: %w", err)
	}
	udp, ok := conn.(*net.UDPConn)
	if !ok {
		conn.Close()
		return nil, fmt.Errorf("take over a UDP socket: it is a socket of %s", conn.LocalAddr().Network())
	}
	return newConn(udp), nil
}

func newConn(udp *net.UDPConn) *Conn {
	local := udp.LocalAddr().(*net.UDPAddr).AddrPort()
	v6 := !local.Addr().Is4()
	if raw, err := udp.SyscallConn(); err == nil {
		setOptions(raw, v6)
	}
	return &Conn{udp: udp, local: local, control: make([]byte, controlSize), source: newSource(v6), sender: newSender(udp)}
}

// File returns a duplicate of the socket's descriptor, for another process.
func (c *Conn) File() (*os.File, error) { return c.udp.File() }

// Local returns the address and port that the socket is bound to. The address is
// unspecified if it is bound to all.
func (c *Conn) Local() netip.AddrPort { return c.local }

// LocalTo returns the address that datagrams to peer leave from by default; zero
// if there is no route.
func LocalTo(peer netip.AddrPort) netip.Addr {
	conn, err := net.DialUDP(network(peer.Addr()), nil, net.UDPAddrFromAddrPort(peer))
	if err != nil {
		return netip.Addr{}
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
}

// Read waits for a datagram. One that does not fit buf is truncated or dropped.
// After Close the error is net.ErrClosed.
func (c *Conn) Read(buf []byte) (Packet, error) {
	if p, ok := c.bulk.next(buf); ok {
		return p, nil
	}
	into := c.bulk.buffer(buf)
	n, control, _, from, err := c.udp.ReadMsgUDPAddrPort(into, c.control)
	for err != nil && isTooLong(err) {
		n, control, _, from, err = c.udp.ReadMsgUDPAddrPort(into, c.control)
	}
	if err != nil {
		return Packet{}, err
	}
	p := Packet{Data: into[:n], Path: datagram.Path{Remote: netip.AddrPortFrom(from.Addr().Unmap(), from.Port())}}
	readControl(c.control[:control], &p)
	if c.bulk.on() {
		c.bulk.put(p, segmentSize(c.control[:control]))
		p, _ = c.bulk.next(buf)
	} else if c.bulk.noteRead(n) && receiveTogether(c.udp) {
		c.bulk.start()
	}
	return p, nil
}

// Write sends a datagram on a path. It leaves from path.Local if that is valid
// and still an address of this host. The error is ErrTooLong if the datagram does
// not fit the path.
func (c *Conn) Write(data []byte, path datagram.Path) error {
	source := c.sourceOf(path)
	v6 := !c.local.Addr().Is4()
	err := c.sender.send(data, source, path.Remote, v6)
	if err != nil && len(source) > 0 && !isTooLong(err) && !errors.Is(err, net.ErrClosed) {
		// The host may have lost that address. Let the system choose another.
		err = c.sender.send(data, nil, path.Remote, v6)
	}
	if err != nil && isTooLong(err) {
		return ErrTooLong
	}
	return err
}

// sourceOf returns the control message with the address that datagrams on a path leave from;
// nil if the system chooses it.
func (c *Conn) sourceOf(path datagram.Path) []byte {
	if c.local.Addr().IsUnspecified() {
		return c.source.from(path.Local)
	}
	return nil
}

// Close closes the socket. A waiting Read returns net.ErrClosed.
func (c *Conn) Close() error { return c.udp.Close() }
