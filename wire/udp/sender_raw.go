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

// sender sends datagrams by raw system calls, which do not block: the socket is waited for
// in the runtime's poller. Any other system call wakes a thread of the runtime, if the
// process was asleep, that watches how long it takes and polls until all is asleep again.
// Datagrams are not received in this way: what they lead to may take long, and the watcher
// is then needed for other goroutines to run.
type sender struct {
	udp      *net.UDPConn
	raw      syscall.RawConn
	message  *message
	segments segmentation
}

// message is a datagram, in the form of sendmsg(2), and the result of sending it.
type message struct {
	header unix.Msghdr
	data   unix.Iovec
	peer   unix.RawSockaddrInet6
	errno  syscall.Errno
	send   func(fd uintptr) (done bool)
}

func newSender(udp *net.UDPConn) sender {
	m := &message{}
	m.header.Name = (*byte)(unsafe.Pointer(&m.peer))
	m.header.Iov = &m.data
	m.header.SetIovlen(1)
	m.send = func(fd uintptr) bool {
		_, _, m.errno = syscall.RawSyscall(unix.SYS_SENDMSG, fd, uintptr(unsafe.Pointer(&m.header)), 0)
		return m.errno != unix.EAGAIN && m.errno != unix.EINTR
	}
	raw, _ := udp.SyscallConn() // the error is that of a nil socket
	return sender{udp: udp, raw: raw, message: m}
}

// send sends a datagram from a socket, which is one of IPv6 if v6 is set. To an address
// whose zone has a name, package net sends it.
func (s *sender) send(data, control []byte, to netip.AddrPort, v6 bool) error {
	if !s.message.setPeer(to, v6) {
		_, _, err := s.udp.WriteMsgUDPAddrPort(data, control, to)
		return err
	}
	m := s.message
	m.data.Base = unsafe.SliceData(data)
	m.data.SetLen(len(data))
	m.header.Control = unsafe.SliceData(control)
	m.header.SetControllen(len(control))
	if err := s.raw.Write(m.send); err != nil {
		return err
	}
	if m.errno != 0 {
		return os.NewSyscallError("sendmsg", m.errno)
	}
	return nil
}

// setPeer reports whether the address can be set: its zone is a number, and it is of the
// socket's family.
func (m *message) setPeer(to netip.AddrPort, v6 bool) bool {
	addr := to.Addr().Unmap()
	zone, isNumber := zoneNumber(addr.Zone())
	binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(&m.peer.Port))[:], to.Port()) // at the same place in both families
	if v6 {
		m.peer.Family, m.peer.Addr, m.peer.Scope_id = unix.AF_INET6, addr.As16(), zone
		m.header.Namelen = unix.SizeofSockaddrInet6
		return isNumber
	}
	peer4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(&m.peer))
	peer4.Family = unix.AF_INET
	m.header.Namelen = unix.SizeofSockaddrInet4
	if addr.Is4() {
		peer4.Addr = addr.As4()
	}
	return addr.Is4()
}
