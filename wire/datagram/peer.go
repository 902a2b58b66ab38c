package datagram

import (
	"net/netip"
	"time"
)

// PeerTimeout is how long a server goes on sending to a client that is silent
// (mosh-protocol, section 3).
const PeerTimeout = 40 * time.Second

// Peer is where a server sends: to the source of the newest authentic
// datagram, from the address that it came to. That is all of roaming. The zero
// Peer is nobody.
type Peer struct {
	remote netip.AddrPort
	local  netip.Addr
	heard  time.Time
}

// Follow takes the addresses of a datagram that Transport.Receive called
// Newest, and says whether the client's address is another than before. The
// first one is: coming and roaming are the same.
func (p *Peer) Follow(now time.Time, from netip.AddrPort, to netip.Addr) (moved bool) {
	moved = from != p.remote
	p.remote, p.local, p.heard = from, to, now
	return moved
}

// Address is where to send to and from; ok is false if there is nobody to send
// to, because no client came or it was silent for PeerTimeout.
func (p *Peer) Address(now time.Time) (remote netip.AddrPort, local netip.Addr, ok bool) {
	if !p.remote.IsValid() || now.Sub(p.heard) >= PeerTimeout {
		return netip.AddrPort{}, netip.Addr{}, false
	}
	return p.remote, p.local, true
}

// Deadline is when the client will be forgotten; zero if there is none to
// forget.
func (p *Peer) Deadline(now time.Time) time.Time {
	if _, _, ok := p.Address(now); !ok {
		return time.Time{}
	}
	return p.heard.Add(PeerTimeout)
}
