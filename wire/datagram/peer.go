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
	// copyTimeout is how long copies are sent on a path without a datagram of the client.
	copyTimeout = 5 * time.Second

	// leadTimeout is how long the preferred path must be silent for another one to take its
	// place.
	leadTimeout = time.Second
)

// Peer keeps the path on which a server sends: that of the client's newest authentic
// datagram, which is all that roaming needs. While the client sends copies on several
// paths, the server does so too. The zero Peer has no client yet.
type Peer struct {
	paths []heardPath // the preferred one first
	heard time.Time
}

type heardPath struct {
	path  Path
	heard time.Time
}

// Follow sets the path to that of a datagram for which Conn.Open has set Moves. A copy adds
// its path to the others. Follow reports whether the preferred path leads to another
// address or port than before, as it does with the first datagram.
func (p *Peer) Follow(now time.Time, path Path, isCopy bool) (moved bool) {
	before := p.first()
	p.heard = now
	if !isCopy {
		p.paths = append(p.paths[:0], heardPath{path, now})
	} else {
		p.addCopy(now, path)
	}
	after := p.first()
	return before.Remote != after.Remote || before.Pipe != after.Pipe
}

// NoteHeard records a datagram of the client, such as a probe, that does not set the path.
func (p *Peer) NoteHeard(now time.Time) { p.heard = now }

// addCopy adds a path, in the first place if the preferred one is silent, or if the client has
// come to another address.
func (p *Peer) addCopy(now time.Time, path Path) {
	w := heardPath{path, now}
	at := slices.IndexFunc(p.paths, func(w heardPath) bool { return w.path == path })
	lead := len(p.paths) == 0 || now.Sub(p.paths[0].heard) > leadTimeout || at < 0 && p.first().roamsTo(path)
	switch {
	case at >= 0 && !lead:
		p.paths[at] = w
		return
	case at >= 0:
		p.paths = slices.Delete(p.paths, at, at+1)
	}
	p.paths = slices.DeleteFunc(p.paths, func(w heardPath) bool { return now.Sub(w.heard) > copyTimeout })
	place := len(p.paths)
	if lead {
		place = 0
	}
	p.paths = slices.Insert(p.paths, place, w)
	p.paths = p.paths[:min(len(p.paths), maxRoute)]
}

func (p *Peer) first() Path {
	if len(p.paths) == 0 {
		return Path{}
	}
	return p.paths[0].path
}

// Drop removes a path that is gone.
func (p *Peer) Drop(path Path) {
	p.paths = slices.DeleteFunc(p.paths, func(w heardPath) bool { return w.path == path })
}

// Path returns the path to send on. ok is false before the first datagram, and once the
// client is silent for PeerTimeout.
func (p *Peer) Path(now time.Time) (path Path, ok bool) {
	if path = p.first(); !path.IsValid() || now.Sub(p.heard) >= PeerTimeout {
		return Path{}, false
	}
	return path, true
}

// Copies appends the paths to send copies on.
func (p *Peer) Copies(dst []Path) []Path {
	for _, w := range p.paths[min(1, len(p.paths)):] {
		dst = append(dst, w.path)
	}
	return dst
}

// Has reports whether path, or one of the same address and port of the client, is in use.
func (p *Peer) Has(path Path) bool {
	return slices.ContainsFunc(p.paths, func(w heardPath) bool { return w.path.Pipe == path.Pipe && w.path.Remote == path.Remote })
}

// Remote returns the client's address and port, even if the client is silent. It is invalid
// before the first datagram, and for a pipe.
func (p *Peer) Remote() netip.AddrPort { return p.first().Remote }

// Deadline returns when Path stops returning the path of a silent client; zero if
// it returns none.
func (p *Peer) Deadline(now time.Time) time.Time {
	if _, ok := p.Path(now); !ok {
		return time.Time{}
	}
	return p.heard.Add(PeerTimeout)
}
