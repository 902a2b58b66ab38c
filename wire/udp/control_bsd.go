//go:build freebsd || openbsd || netbsd || dragonfly

package udp

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// options4 are the options of IPv4 (ip(4)). These systems allow fragments by
// default.
var options4 = []option{
	{unix.IPPROTO_IP, unix.IP_TOS, ecnCapable},
}

// addressOptions4 are the options of IPv4 sockets only.
var addressOptions4 = []option{
	{unix.IPPROTO_IP, unix.IP_RECVDSTADDR, 1},
}

var pathOptions6 = []option{
	{unix.IPPROTO_IPV6, unix.IPV6_DONTFRAG, 0},
}

// The control message consists of the address. It is called IP_SENDSRCADDR and has
// the number of IP_RECVDSTADDR.
const (
	source4       = unix.IP_RECVDSTADDR
	source4Size   = 4
	source4Offset = 0
)

func readControl4(kind int, data []byte, p *Packet) {
	if kind == unix.IP_RECVDSTADDR && len(data) >= 4 {
		p.Path.Local = netip.AddrFrom4([4]byte(data))
	}
}
