package datagram

import (
	"fmt"
	"net/netip"
)

// Path is a way for datagrams between this host and the peer: UDP between two
// addresses, or a pipe, which keeps their order and loses none. It is comparable, and
// the zero Path leads nowhere.
//
// An answer goes back on the Path of the datagram: it leaves from the address to which the
// peer has sent, as NATs and firewalls expect.
type Path struct {
	Pipe      uint32         // number of the pipe at this end, from 1; 0 for UDP, for which the rest is set
	Local     netip.Addr     // address of this host; zero if the system chooses it or does not report it
	LocalPort uint16         // port of this host's socket, where there are several; else 0
	Remote    netip.AddrPort // the peer, with an IPv4 address never in its IPv6 form
}

// PipePath returns the path through the pipe with the given number.
func PipePath(number uint32) Path { return Path{Pipe: number} }

// IsPipe reports whether p is a pipe.
func (p Path) IsPipe() bool { return p.Pipe != 0 }

// IsValid reports whether p leads to a peer.
func (p Path) IsValid() bool { return p.IsPipe() || p.Remote.IsValid() }

// roamsTo reports whether q differs from p only by the peer's address and port. A client has
// one path to each address of its server.
func (p Path) roamsTo(q Path) bool {
	return !p.IsPipe() && !q.IsPipe() && p.Local.IsValid() && p.Local == q.Local && p.LocalPort == q.LocalPort && p.Remote != q.Remote
}

// MTU returns the largest datagram sent on p, in bytes of UDP payload. A pipe has
// that of IPv4, so that buffers of one size are enough.
func (p Path) MTU() int {
	if p.IsPipe() {
		return MTUv4
	}
	return MTU(p.Remote.Addr())
}

// String returns the address and port of the peer.
func (p Path) String() string {
	if p.IsPipe() {
		return fmt.Sprintf("pipe %d", p.Pipe)
	}
	return p.Remote.String()
}
