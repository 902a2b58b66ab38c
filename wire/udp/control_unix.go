//go:build unix && !aix

package udp

import (
	"encoding/binary"
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// controlSize is enough for the requested control messages: an address and a
// traffic class of both families.
const controlSize = 256

// Explicit congestion notification (RFC 3168): the two low bits of the traffic
// class.
const (
	ecnCapable   = 2 // ECT(0)
	ecnCongested = 3 // CE
	ecnMask      = 3
)

// option is a socket option, for setsockopt(2).
type option struct{ level, name, value int }

// options6 are the options of IPv6 sockets (RFC 3542). Without path MTU discovery
// the MTU is at least 1280.
var options6 = []option{
	{unix.IPPROTO_IPV6, unix.IPV6_TCLASS, ecnCapable},
	{unix.IPPROTO_IPV6, unix.IPV6_RECVTCLASS, 1},
	{unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1},
}

// setOptions sets the options that the system supports. An IPv6 socket may serve
// IPv4 too and gets the options of both.
func setOptions(raw syscall.RawConn, v6 bool) {
	raw.Control(func(fd uintptr) {
		if v6 {
			set(fd, options6)
			set(fd, pathOptions6)
		}
		set(fd, options4)
		if !v6 {
			set(fd, addressOptions4)
		}
	})
}

func set(fd uintptr, options []option) {
	for _, o := range options {
		unix.SetsockoptInt(int(fd), o.level, o.name, o.value)
	}
}

func readControl(control []byte, p *Packet) {
	for len(control) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			return
		}
		control = rest
		switch {
		case h.Level == unix.IPPROTO_IP:
			readControl4(int(h.Type), data, p)
		case h.Level != unix.IPPROTO_IPV6:
		case h.Type == unix.IPV6_PKTINFO && len(data) >= 16:
			// struct in6_pktinfo (RFC 3542) begins with the address.
			p.Path.Local = netip.AddrFrom16([16]byte(data[:16])).Unmap()
		case h.Type == unix.IPV6_TCLASS && len(data) >= 4:
			p.Congested = binary.NativeEndian.Uint32(data)&ecnMask == ecnCongested
		}
	}
}

// source is the control message with the address that a datagram leaves from. All
// but the address is written once.
type source struct {
	message []byte
	address []byte // a part of message
}

func newSource(v6 bool) source {
	if v6 {
		return makeSource(unix.IPPROTO_IPV6, unix.IPV6_PKTINFO, unix.SizeofInet6Pktinfo, 0, 16)
	}
	return makeSource(unix.IPPROTO_IP, source4, source4Size, source4Offset, 4)
}

func makeSource(level int32, kind int32, size, offset, length int) source {
	message := make([]byte, unix.CmsgSpace(size))
	h := (*unix.Cmsghdr)(unsafe.Pointer(unsafe.SliceData(message)))
	h.Level, h.Type = level, kind
	h.SetLen(unix.CmsgLen(size))
	at := unix.CmsgLen(offset)
	return source{message, message[at : at+length]}
}

// from returns the control message for an address; nil if that is not valid or not
// of the socket's family.
func (s *source) from(addr netip.Addr) []byte {
	switch {
	case !addr.IsValid():
		return nil
	case len(s.address) == 16:
		ip := addr.As16()
		copy(s.address, ip[:])
	case addr.Unmap().Is4():
		ip := addr.Unmap().As4()
		copy(s.address, ip[:])
	default:
		return nil
	}
	return s.message
}
