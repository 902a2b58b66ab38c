//go:build freebsd || openbsd || netbsd || dragonfly

package udp

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// options4 are those of IPv4 (ip(4)). The systems do not forbid fragments
// unless they are asked to.
var options4 = []option{
	{unix.IPPROTO_IP, unix.IP_TOS, ecnCapable},
}

// addressOptions4 are for IPv4 sockets alone.
var addressOptions4 = []option{
	{unix.IPPROTO_IP, unix.IP_RECVDSTADDR, 1},
}

var pathOptions6 = []option{
	{unix.IPPROTO_IPV6, unix.IPV6_DONTFRAG, 0},
}

// The control message is the address. The systems call it IP_SENDSRCADDR and
// give it the number of IP_RECVDSTADDR.
const (
	source4       = unix.IP_RECVDSTADDR
	source4Size   = 4
	source4Offset = 0
)

// readControl4 reads one control message of IPv4. The traffic class is not
// among those that all of these systems tell.
func readControl4(kind int, data []byte, p *Packet) {
	if kind == unix.IP_RECVDSTADDR && len(data) >= 4 {
		p.Path.Local = netip.AddrFrom4([4]byte(data))
	}
}
