package udp

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// options4 are the options of IPv4, also on IPv6 sockets (ip(7)).
var options4 = []option{
	{unix.IPPROTO_IP, unix.IP_MTU_DISCOVER, unix.IP_PMTUDISC_DONT},
	{unix.IPPROTO_IP, unix.IP_TOS, ecnCapable},
	{unix.IPPROTO_IP, unix.IP_RECVTOS, 1},
}

// addressOptions4 are the options of IPv4 sockets only. On an IPv6 socket that of
// IPv6 reports addresses of both families.
var addressOptions4 = []option{
	{unix.IPPROTO_IP, unix.IP_PKTINFO, 1},
}

var pathOptions6 = []option{
	{unix.IPPROTO_IPV6, unix.IPV6_MTU_DISCOVER, unix.IPV6_PMTUDISC_DONT},
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
	case kind == unix.IP_TOS && len(data) >= 1:
		p.Congested = data[0]&ecnMask == ecnCongested
	}
}
