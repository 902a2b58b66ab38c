package datagram

import (
	"net/netip"
	"slices"
	"time"
)

// PeerTimeout is how long a server keeps sending to a silent client
// (protocol, section 3).
const PeerTimeout = 40 * time.Second

const (
	// copyTimeout is how long copies are sent on a path that the client was not heard on.
	copyTimeout = 5 * time.Second

	// leadTimeout is for how much longer than another path the preferred one must be
	// silent to lose its place.
	leadTimeout = time.Second
)

// Peer is where a server sends: back along the path of the newest authentic
// datagram, which is all that roaming needs. While the client sends copies on several
// paths, the server does so too. The zero Peer has no client yet.
type Peer struct {
	ways  []way // the preferred one first
	heard time.Time
}

type way struct {
	path  Path
	heard time.Time
}

// Follow sets the path to that of a datagram with a fragment whose number Conn.Open
// reported as the highest; if the fragment is a copy, the path is added. It reports
// whether the preferred path leads to another address or port than before, as it does
// with the first datagram.
func (p *Peer) Follow(now time.Time, path Path, isCopy bool) (moved bool) {
	before := p.first()
	p.heard = now
	if !isCopy {
		p.ways = append(p.ways[:0], way{path, now})
	} else {
		p.addCopy(now, path)
	}
	after := p.first()
	return before.Remote != after.Remote || before.Pipe != after.Pipe
}

// NoteHeard records that the client was heard, be it by a probe, which does not set the
// path.
func (p *Peer) NoteHeard(now time.Time) { p.heard = now }

// addCopy moves the path to the front if the preferred one is silent.
func (p *Peer) addCopy(now time.Time, path Path) {
	w := way{path, now}
	at := slices.IndexFunc(p.ways, func(w way) bool { return w.path == path })
	lead := len(p.ways) == 0 || now.Sub(p.ways[0].heard) > leadTimeout
	switch {
	case at >= 0 && !lead:
		p.ways[at] = w
		return
	case at >= 0:
		p.ways = slices.Delete(p.ways, at, at+1)
	}
	p.ways = slices.DeleteFunc(p.ways, func(w way) bool { return now.Sub(w.heard) > copyTimeout })
	place := len(p.ways)
	if lead {
		place = 0
	}
	p.ways = slices.Insert(p.ways, place, w)
	p.ways = p.ways[:min(len(p.ways), maxRoute)]
}

func (p *Peer) first() Path {
	if len(p.ways) == 0 {
		return Path{}
	}
	return p.ways[0].path
}

// Drop removes a path that is gone.
func (p *Peer) Drop(path Path) {
	p.ways = slices.DeleteFunc(p.ways, func(w way) bool { return w.path == path })
}

// Path returns the path to send on. ok is false if no client came, or if it was
// silent for PeerTimeout.
func (p *Peer) Path(now time.Time) (path Path, ok bool) {
	if path = p.first(); !path.IsValid() || now.Sub(p.heard) >= PeerTimeout {
		return Path{}, false
	}
	return path, true
}

// Copies appends the paths to send copies on.
func (p *Peer) Copies(dst []Path) []Path {
	for _, w := range p.ways[min(1, len(p.ways)):] {
		dst = append(dst, w.path)
	}
	return dst
}

// Has reports whether the client was heard on a path last, or on another one of the same
// address and port.
func (p *Peer) Has(path Path) bool {
	return slices.ContainsFunc(p.ways, func(w way) bool { return w.path.Pipe == path.Pipe && w.path.Remote == path.Remote })
}

// Remote returns the address and port that the newest datagram came from, even if the
// client is silent since; invalid if no client came, or if it came through a pipe.
func (p *Peer) Remote() netip.AddrPort { return p.first().Remote }

// Deadline returns when Path stops returning the path of a silent client; zero if
// it returns none.
func (p *Peer) Deadline(now time.Time) time.Time {
	if _, ok := p.Path(now); !ok {
		return time.Time{}
	}
	return p.heard.Add(PeerTimeout)
}
