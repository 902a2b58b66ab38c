//go:build darwin || solaris

package udp

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// options4 are the options of IPv4 (ip(4)).
var options4 = []option{
	{unix.IPPROTO_IP, unix.IP_DONTFRAG, 0},
	{unix.IPPROTO_IP, unix.IP_TOS, ecnCapable},
	{unix.IPPROTO_IP, unix.IP_RECVTOS, 1},
}

// addressOptions4 are the options of IPv4 sockets only.
var addressOptions4 = []option{
	{unix.IPPROTO_IP, unix.IP_RECVPKTINFO, 1},
}

var pathOptions6 = []option{
	{unix.IPPROTO_IPV6, unix.IPV6_DONTFRAG, 0},
}

// The address is ipi_spec_dst of a struct in_pktinfo.
const (
	source4       = unix.IP_PKTINFO
	source4Size   = unix.SizeofInet4Pktinfo
	source4Offset = 4
)

func readControl4(kind int, data []byte, p *Packet) {
	switch {
	case kind == unix.IP_PKTINFO && len(data) >= source4Size:
		p.Path.Local = netip.AddrFrom4([4]byte(data[source4Offset:]))
	case kind == unix.IP_RECVTOS && len(data) >= 1:
		p.Congested = data[0]&ecnMask == ecnCongested
	}
}
