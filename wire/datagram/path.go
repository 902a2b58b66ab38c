package datagram

import "net/netip"

// Path is a way for datagrams between this host and the peer. It is comparable,
// and the zero Path leads nowhere.
//
// A Path that a datagram came on is the one to answer on: the answer then leaves
// from the address that the peer sent to, as its NAT or firewall expects.
type Path struct {
	Local     netip.Addr     // address of this host; zero if the system chooses it or does not report it
	LocalPort uint16         // port of this host's socket, where there are several; else 0
	Remote    netip.AddrPort // the peer, with an IPv4 address never in its IPv6 form
}

// IsValid reports whether p leads to a peer.
func (p Path) IsValid() bool { return p.Remote.IsValid() }

// MTU returns the largest UDP payload sent on p.
func (p Path) MTU() int { return MTU(p.Remote.Addr()) }

// String returns the address and port of the peer.
func (p Path) String() string { return p.Remote.String() }
