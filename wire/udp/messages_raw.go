//go:build linux && !386 && !s390x

package udp

import (
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// messages sends and receives datagrams by raw system calls, which do not block: the
// socket is waited for in the runtime's poller. Any other system call wakes a thread of
// the runtime that watches how long it takes, several times for each datagram of an idle
// session.
type messages struct {
	udp     *net.UDPConn
	in, out *message
}

func newMessages(udp *net.UDPConn) messages {
	raw, _ := udp.SyscallConn() // the error is that of a nil socket
	return messages{udp, newMessage(raw.Read, unix.SYS_RECVMSG), newMessage(raw.Write, unix.SYS_SENDMSG)}
}

// message is the argument of a system call and its result.
type message struct {
	header unix.Msghdr
	data   unix.Iovec
	peer   unix.RawSockaddrInet6
	n      int
	errno  syscall.Errno

	wait func(call func(fd uintptr) (done bool)) error // for the socket, between two calls
	call func(fd uintptr) (done bool)
}

func newMessage(wait func(func(uintptr) bool) error, number uintptr) *message {
	m := &message{wait: wait}
	m.header.Name = (*byte)(unsafe.Pointer(&m.peer))
	m.header.Iov = &m.data
	m.header.SetIovlen(1)
	m.call = func(fd uintptr) bool {
		n, _, errno := syscall.RawSyscall(number, fd, uintptr(unsafe.Pointer(&m.header)), 0)
		m.n, m.errno = int(n), errno
		return errno != unix.EAGAIN && errno != unix.EINTR
	}
	return m
}

// do makes the system call called name.
func (m *message) do(name string, data, control []byte, peerSize uint32) error {
	m.data.Base = unsafe.SliceData(data)
	m.data.SetLen(len(data))
	m.header.Control = unsafe.SliceData(control)
	m.header.SetControllen(len(control))
	m.header.Namelen = peerSize
	if err := m.wait(m.call); err != nil {
		return err
	}
	if m.errno != 0 {
		return os.NewSyscallError(name, m.errno)
	}
	return nil
}

// peer4 returns m.peer as an address of IPv4.
func (m *message) peer4() *unix.RawSockaddrInet4 {
	return (*unix.RawSockaddrInet4)(unsafe.Pointer(&m.peer))
}

// port returns the port in m.peer, which is at the same place in both families and has
// the order of the network.
func (m *message) port() *[2]byte { return (*[2]byte)(unsafe.Pointer(&m.peer.Port)) }

func (s *messages) receive(buf, control []byte) (n, controlSize int, from netip.AddrPort, err error) {
	m := s.in
	if err := m.do("recvmsg", buf, control, unix.SizeofSockaddrInet6); err != nil {
		return 0, 0, from, err
	}
	var addr netip.Addr
	if m.peer.Family == unix.AF_INET {
		addr = netip.AddrFrom4(m.peer4().Addr)
	} else {
		addr = netip.AddrFrom16(m.peer.Addr).WithZone(zoneText(m.peer.Scope_id))
	}
	return m.n, int(m.header.Controllen), netip.AddrPortFrom(addr, binary.BigEndian.Uint16(m.port()[:])), nil
}

// send sends a datagram. Package net does so for an address whose zone has a name.
func (s *messages) send(data, control []byte, to netip.AddrPort, v6 bool) error {
	m, addr := s.out, to.Addr()
	zone, isNumber := zoneNumber(addr.Zone())
	if !isNumber {
		_, _, err := s.udp.WriteMsgUDPAddrPort(data, control, to)
		return err
	}
	binary.BigEndian.PutUint16(m.port()[:], to.Port())
	switch addr = addr.Unmap(); {
	case v6:
		m.peer.Family, m.peer.Addr, m.peer.Scope_id = unix.AF_INET6, addr.As16(), zone
		return m.do("sendmsg", data, control, unix.SizeofSockaddrInet6)
	case addr.Is4():
		m.peer.Family, m.peer4().Addr = unix.AF_INET, addr.As4()
		return m.do("sendmsg", data, control, unix.SizeofSockaddrInet4)
	}
	return errFamily
}
