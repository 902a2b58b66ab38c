package roaming

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"time"

	"gm/client/paths"
	"gm/internal/deadline"
	"gm/wire/datagram"
	"gm/wire/pipe"
	"gm/wire/simnet"
	"gm/wire/udp"
)

// road is the network between the client and one address of the host, or the connection
// that a pipe goes through. Datagrams on it begin with the port of the client's socket.
type road struct {
	up, down *simnet.Link
	longest  int  // datagram that passes; 0 is any
	stalled  bool // nothing arrives, as in a connection whose address is gone

	host   netip.Addr // of a road for UDP
	stream *stream    // of a pipe
	sent   int        // datagrams, by either end
}

func newRoad(link simnet.Config, seed uint64) *road {
	r := &road{}
	r.setLink(link, seed)
	return r
}

func (r *road) setLink(link simnet.Config, seed uint64) {
	r.up, r.down = simnet.NewLink(link, seed, time.Now()), simnet.NewLink(link, seed+1, time.Now())
}

func (r *road) setDown(down bool) {
	r.up.SetDown(down)
	r.down.SetDown(down)
}

func (r *road) send(link *simnet.Link, port uint16, data []byte) {
	r.sent++
	if r.longest == 0 || len(data) <= r.longest {
		link.Send(time.Now(), append(binary.BigEndian.AppendUint16(nil, port), data...))
	}
}

func (r *road) deadline() time.Time {
	if r.stalled {
		return time.Time{}
	}
	return deadline.Earliest(r.up.Deadline(), r.down.Deadline())
}

func (r *road) receive(link *simnet.Link) (port uint16, data []byte, ok bool) {
	if r.stalled {
		return 0, nil, false
	}
	d := link.Receive(time.Now())
	if d == nil {
		return 0, nil, false
	}
	return binary.BigEndian.Uint16(d), d[2:], true
}

// socket is a UDP socket of the client.
type socket struct {
	world    *world
	port     uint16
	incoming chan udp.Packet
	closed   chan struct{}
}

// open opens a socket, unless this machine has no address of the family.
func (w *world) open(peer netip.Addr) (paths.Socket, error) {
	if !w.source(netip.AddrPortFrom(peer, 1)).IsValid() {
		return nil, errNoRoute
	}
	w.port++
	s := &socket{world: w, port: w.port, incoming: make(chan udp.Packet, 1000), closed: make(chan struct{})}
	w.sockets[s.port] = s
	w.opened = append(w.opened, peer)
	return s, nil
}

// source returns the address of this machine that datagrams leave from.
func (w *world) source(to netip.AddrPort) netip.Addr {
	if to.Addr().Is4() {
		return w.at4
	}
	return w.at6
}

func (s *socket) Read([]byte) (udp.Packet, error) {
	select {
	case p := <-s.incoming:
		return p, nil
	case <-s.closed:
		return udp.Packet{}, net.ErrClosed
	}
}

func (s *socket) Write(data []byte, path datagram.Path) error {
	if !s.world.source(path.Remote).IsValid() {
		return errNoRoute
	}
	if id, ok := datagram.IdentifierOf(data); ok {
		s.world.identifiers = append(s.world.identifiers, id)
	}
	if r := s.world.roads[path.Remote.Addr()]; r != nil && s.port > s.world.blocked {
		r.send(r.up, s.port, data)
	}
	return nil
}

func (s *socket) Local() netip.AddrPort { return netip.AddrPortFrom(netip.IPv4Unspecified(), s.port) }

func (s *socket) ReportRefusals(bool) {}

func (s *socket) Close() error {
	delete(s.world.sockets, s.port)
	close(s.closed)
	return nil
}

// stream is the host's end of a pipe.
type stream struct {
	conn     net.Conn
	path     datagram.Path // at the host
	road     *road
	outgoing chan []byte
}

// piped is an event of a stream: it was opened, a datagram came, or it has ended.
type piped struct {
	stream *stream
	opened bool
	data   []byte // nil at the end
}

// newStream opens a pipe and returns the client's end. It may be called in any goroutine.
func (w *world) newStream(link simnet.Config) io.ReadWriteCloser {
	ours, theirs := net.Pipe()
	s := &stream{conn: theirs, road: newRoad(link, 7), outgoing: make(chan []byte, 1000)}
	s.road.stream = s
	w.post(piped{stream: s, opened: true})
	go func() {
		for frames := pipe.NewReader(theirs); ; {
			data, err := frames.Next()
			if err != nil {
				w.post(piped{stream: s})
				close(s.outgoing)
				return
			}
			w.post(piped{stream: s, data: append([]byte{}, data...)})
		}
	}()
	go func() {
		for frame := range s.outgoing {
			theirs.Write(frame)
		}
	}()
	return ours
}

func (w *world) post(e piped) {
	select {
	case w.piped <- e:
	case <-w.over:
	}
}

// handlePiped handles an event of a stream.
func (w *world) handlePiped(e piped) {
	switch {
	case e.opened:
		w.streams++
		e.stream.path = datagram.PipePath(w.streams)
		w.pipes = append(w.pipes, e.stream)
	case e.data == nil:
		w.forget(e.stream)
	default:
		e.stream.road.send(e.stream.road.up, 0, e.data)
	}
}
