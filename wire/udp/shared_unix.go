//go:build unix

package udp

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"gm/wire/datagram"
)

// Shared is a UDP socket that several processes have, of which one reads. The runtime does
// not poll it: each datagram that one of them sends or receives would wake all others.
//
// Read may be called by one goroutine and Write by another at the same time.
type Shared struct {
	fd      int
	local   netip.AddrPort
	control []byte // control messages of the datagram being read
	source  source // control message of the datagram being written
	to4     unix.SockaddrInet4
	to6     unix.SockaddrInet6
	*waiter
}

// Share turns a socket into a Shared, and closes it.
func (c *Conn) Share() (*Shared, error) {
	raw, err := c.udp.SyscallConn()
	if err != nil {
		return nil, err
	}
	s := &Shared{local: c.local, control: make([]byte, controlSize), source: newSource(!c.local.Addr().Is4())}
	var failed error
	if err := raw.Control(func(fd uintptr) { s.fd, failed = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0) }); err != nil {
		return nil, err
	}
	if failed != nil {
		return nil, os.NewSyscallError("fcntl", failed)
	}
	if s.waiter, err = newWaiter(s.fd); err != nil {
		unix.Close(s.fd)
		return nil, err
	}
	return s, c.Close()
}

// Local returns the address and port that the socket is bound to. The address is
// unspecified if it is bound to all.
func (s *Shared) Local() netip.AddrPort { return s.local }

// Read waits for a datagram. One that does not fit buf is truncated. After Stop the error
// is net.ErrClosed.
func (s *Shared) Read(buf []byte) (Packet, error) {
	for {
		n, control, from, err := s.receive(buf)
		switch {
		case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
		case err != nil && isTooLong(err):
			continue
		case err != nil:
			return Packet{}, os.NewSyscallError("recvmsg", err)
		case from.IsValid():
			p := Packet{Data: buf[:n], Path: datagram.Path{Remote: from}}
			readControl(s.control[:control], &p)
			return p, nil
		}
		if err := s.wait(); err != nil {
			return Packet{}, err
		}
	}
}

func (s *Shared) receive(buf []byte) (n, control int, from netip.AddrPort, err error) {
	n, control, _, sender, err := unix.Recvmsg(s.fd, buf, s.control, unix.MSG_DONTWAIT)
	switch a := sender.(type) {
	case *unix.SockaddrInet4:
		from = netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port))
	case *unix.SockaddrInet6:
		from = netip.AddrPortFrom(netip.AddrFrom16(a.Addr).Unmap().WithZone(zoneText(a.ZoneId)), uint16(a.Port))
	}
	return n, control, from, err
}

// Stop makes Read fail, now and from now on.
func (s *Shared) Stop() { s.stop() }

// Write sends a datagram on a path, as [Conn.Write] does. It does not wait: a datagram for
// which the system has no room is lost.
func (s *Shared) Write(data []byte, path datagram.Path) error {
	to, err := s.sockaddr(path.Remote)
	if err != nil {
		return err
	}
	var source []byte
	if s.local.Addr().IsUnspecified() {
		source = s.source.from(path.Local)
	}
	err = unix.Sendmsg(s.fd, data, source, to, unix.MSG_DONTWAIT)
	if err != nil && len(source) > 0 && !isTooLong(err) && !errors.Is(err, unix.EAGAIN) {
		// The host may have lost that address. Let the system choose another.
		err = unix.Sendmsg(s.fd, data, nil, to, unix.MSG_DONTWAIT)
	}
	switch {
	case err == nil:
		return nil
	case isTooLong(err):
		return ErrTooLong
	}
	return os.NewSyscallError("sendmsg", err)
}

var errFamily = errors.New("the socket is for IPv4 only")

func (s *Shared) sockaddr(to netip.AddrPort) (unix.Sockaddr, error) {
	if s.local.Addr().Is4() {
		if !to.Addr().Unmap().Is4() {
			return nil, errFamily
		}
		s.to4 = unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().Unmap().As4()}
		return &s.to4, nil
	}
	zone, _ := zoneNumber(to.Addr().Zone())
	s.to6 = unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16(), ZoneId: zone}
	return &s.to6, nil
}

// zoneText and zoneNumber convert the zones of addresses in packets, which are the numbers
// of interfaces; 0 is none. Others are names.
func zoneText(zone uint32) string {
	if zone == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(zone), 10)
}

func zoneNumber(zone string) (n uint32, isNumber bool) {
	if zone == "" {
		return 0, true
	}
	number, err := strconv.ParseUint(zone, 10, 32)
	return uint32(number), err == nil
}

// SendTo sends a duplicate of the socket over a Unix socket, with data, which must not be
// empty.
func (s *Shared) SendTo(conn *net.UnixConn, data []byte) error {
	_, _, err := conn.WriteMsgUnix(data, unix.UnixRights(s.fd), nil)
	return err
}

// Receive reads from a Unix socket into buf, as [net.UnixConn.Read] does. If a socket came
// with the data, it returns that; the caller closes it.
func Receive(conn *net.UnixConn, buf []byte) (n int, socket *os.File, err error) {
	oob := make([]byte, unix.CmsgSpace(4))
	n, control, _, _, err := conn.ReadMsgUnix(buf, oob)
	if err != nil {
		return n, nil, err
	}
	messages, err := unix.ParseSocketControlMessage(oob[:control])
	if err != nil || len(messages) == 0 {
		return n, nil, err
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) == 0 {
		return n, nil, err
	}
	unix.CloseOnExec(fds[0])
	return n, os.NewFile(uintptr(fds[0]), "socket"), nil
}

// Close closes the socket. No Read or Write must be under way or follow; Stop ends a Read.
func (s *Shared) Close() error {
	s.waiter.close()
	return os.NewSyscallError("close", unix.Close(s.fd))
}
