package datagram

import (
	"net/netip"
	"time"
)

// PeerTimeout is how long a server keeps sending to a silent client
// (protocol, section 3).
const PeerTimeout = 40 * time.Second

// Peer is where a server sends: back along the path of the newest authentic
// datagram, which is all that roaming needs. The zero Peer has no client yet.
type Peer struct {
	path  Path
	heard time.Time
}

// Follow sets the path to that of a datagram that Conn.Open reported as newest.
// It reports whether the address or the port of the client has changed, as it
// does with the first datagram.
func (p *Peer) Follow(now time.Time, path Path) (moved bool) {
	moved = path.Remote != p.path.Remote
	p.path, p.heard = path, now
	return moved
}

// Path returns the path to send on. ok is false if no client came, or if it was
// silent for PeerTimeout.
func (p *Peer) Path(now time.Time) (path Path, ok bool) {
	if !p.path.IsValid() || now.Sub(p.heard) >= PeerTimeout {
		return Path{}, false
	}
	return p.path, true
}

// Remote returns the address and port that the newest datagram came from, even if the
// client is silent since; invalid if no client came.
func (p *Peer) Remote() netip.AddrPort { return p.path.Remote }

// Deadline returns when Path stops returning the path of a silent client; zero if
// it returns none.
func (p *Peer) Deadline(now time.Time) time.Time {
	if _, ok := p.Path(now); !ok {
		return time.Time{}
	}
	return p.heard.Add(PeerTimeout)
}
