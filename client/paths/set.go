// Package paths opens, uses and closes the sockets and pipes of a client's paths to the
// server. The datagrams of all paths go to one reader.
package paths

import (
	"io"
	"net"
	"net/netip"
	"slices"
	"time"

	"gm/internal/deadline"
	"gm/wire/datagram"
)

// Set is the set of open paths. Its methods are called by one goroutine, which must
// also receive from Incoming and Failed.
type Set struct {
	inbox
	network Network
	udp     []*udpPath
	pipes   []*pipePath
	piped   uint32 // number of the last pipe
}

// NewSet returns a Set without a path. start runs a function in a goroutine of its own.
func NewSet(network Network, start func(func())) *Set {
	return &Set{inbox: newInbox(start), network: network.orSystem()}
}

// OpenUDP opens a path to the server's address and port, unless it is open. It returns the
// path's name for Set's other methods and in received datagrams.
func (s *Set) OpenUDP(now time.Time, server netip.AddrPort) (datagram.Path, error) {
	path := datagram.Path{Remote: server}
	if s.find(path) != nil {
		return path, nil
	}
	u, err := openUDPPath(now, path, &s.inbox, s.network)
	if err != nil {
		return path, err
	}
	s.udp = append(s.udp, u)
	return path, nil
}

// OpenPipe opens a path through a stream that carries the frames of package pipe, and
// returns its name. s closes the stream. A Failure reports the end of the stream.
func (s *Set) OpenPipe(stream io.ReadWriteCloser) datagram.Path {
	s.piped++
	path := datagram.PipePath(s.piped)
	s.pipes = append(s.pipes, openPipePath(path, stream, &s.inbox))
	return path
}

func (s *Set) findPipe(path datagram.Path) *pipePath {
	for _, p := range s.pipes {
		if p.path == path {
			return p
		}
	}
	return nil
}

func (s *Set) find(path datagram.Path) *udpPath {
	for _, u := range s.udp {
		if u.path == path {
			return u
		}
	}
	return nil
}

// OpenPaths returns the open paths, with pipes at the end.
//
//go:noinline
func (s *Set) OpenPaths() (open []datagram.Path) {
	for _, u := range s.udp {
		open = append(open, u.path)
	}
	for _, p := range s.pipes {
		open = append(open, p.path)
	}
	return open
}

// Send sends a datagram, which may wait for Flush. After an error the datagram is lost. If a pipe has no room, it is
// lost without an error. The error for a path that is not open is [net.ErrClosed].
func (s *Set) Send(now time.Time, path datagram.Path, data []byte) error {
	if p := s.findPipe(path); p != nil {
		p.send(data)
		return nil
	}
	if u := s.find(path); u != nil {
		return u.send(now, data)
	}
	return net.ErrClosed
}

// Flush sends the datagrams that wait. Those of a path that cannot send them are lost.
func (s *Set) Flush() {
	for _, u := range s.udp {
		u.flush()
	}
}

// Local returns the address and port that datagrams leave from. The address is invalid if
// there is no route to the server, and for a pipe.
func (s *Set) Local(path datagram.Path) netip.AddrPort {
	if u := s.find(path); u != nil {
		return u.local()
	}
	return netip.AddrPort{}
}

// Maintain replaces and closes sockets that are due. answered returns when the newest
// proof arrived that the server receives on a path. moved reports whether datagrams now
// leave from another port.
func (s *Set) Maintain(now time.Time, answered func(datagram.Path) time.Time) (moved bool) {
	for _, u := range s.udp {
		moved = u.hop(now, answered(u.path)) || moved
	}
	return moved
}

// Deadline returns when Maintain must be called if no event comes before; zero for never.
func (s *Set) Deadline(answered func(datagram.Path) time.Time) (at time.Time) {
	for _, u := range s.udp {
		at = deadline.Earliest(at, u.hopper.Deadline(u.unansweredSince(answered(u.path))))
	}
	return at
}

// NoteHeard records that an authentic datagram has arrived on the path. ICMP errors,
// which are not authenticated, are ignored there from then on.
func (s *Set) NoteHeard(path datagram.Path) {
	if u := s.find(path); u != nil {
		u.noteHeard()
	}
}

// Drop closes a path.
func (s *Set) Drop(path datagram.Path) {
	s.pipes = slices.DeleteFunc(s.pipes, func(p *pipePath) bool {
		if p.path != path {
			return false
		}
		p.close()
		return true
	})
	s.udp = slices.DeleteFunc(s.udp, func(u *udpPath) bool {
		if u.path != path {
			return false
		}
		u.close()
		return true
	})
}

// Close closes all paths and waits for the readers of sockets, but not for streams.
func (s *Set) Close() {
	close(s.closed)
	for _, p := range s.pipes {
		p.close()
	}
	s.pipes = nil
	for _, u := range s.udp {
		u.close()
	}
	s.udp = nil
	s.readers.Wait()
}
