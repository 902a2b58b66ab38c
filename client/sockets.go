package client

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// maxReadErrors is how many reads of a socket may fail in a row before it is
// left alone.
const maxReadErrors = 16

// inboundPacket is a received datagram. Its buffer is returned with
// sockets.release.
type inboundPacket struct {
	buf       []byte
	data      []byte
	congested bool
}

// sockets are those of a client that hops from port to port (mosh-protocol,
// section 3): it sends from the newest and listens to all.
type sockets struct {
	server   netip.AddrPort
	conns    []*udp.Conn // oldest first, never empty
	hopper   *wire.Hopper
	incoming chan inboundPacket
	free     chan []byte
	closed   chan struct{}
	readers  sync.WaitGroup
	start    func(func())

	heard   atomic.Bool // something has come from the server
	refused chan error  // ICMP's answers before that
}

// openSockets opens the first one. start runs a function in a goroutine of its
// own.
func openSockets(now time.Time, server netip.AddrPort, start func(func())) (*sockets, error) {
	s := &sockets{
		server:   server,
		hopper:   wire.NewHopper(now),
		incoming: make(chan inboundPacket),
		free:     make(chan []byte, wire.HopSockets),
		closed:   make(chan struct{}),
		start:    start,
		refused:  make(chan error, 1),
	}
	return s, s.open()
}

func (s *sockets) open() error {
	conn, err := udp.Open(s.server.Addr())
	if err != nil {
		return err
	}
	if !s.heard.Load() {
		conn.ReportRefusals(true)
	}
	s.conns = append(s.conns, conn)
	s.readers.Add(1)
	s.start(func() { s.read(conn) })
	return nil
}

// send sends from the newest socket.
func (s *sockets) send(data []byte) error {
	err := s.conns[len(s.conns)-1].Write(data, datagram.Path{Remote: s.server})
	if !s.heard.Load() && errors.Is(err, syscall.ECONNREFUSED) { // of the datagram before
		s.refuse(err)
	}
	return err
}

// local is the address that datagrams leave from; the Addr is zero if there is
// no way to the server.
func (s *sockets) local() netip.AddrPort {
	return netip.AddrPortFrom(udp.LocalTo(s.server), s.conns[len(s.conns)-1].Local().Port())
}

// hop changes the port if it is time to, and closes sockets that have had
// theirs. success is when the newest state that the server acknowledged was
// sent.
func (s *sockets) hop(now, success time.Time) {
	if s.hopper.Due(now, success) {
		if err := s.open(); err != nil {
			s.hopper.Failed(now)
		} else {
			s.drop(s.hopper.Opened(now))
		}
	}
	s.drop(s.hopper.Stale(now))
}

// deadline returns when hop has something to do.
func (s *sockets) deadline(success time.Time) time.Time { return s.hopper.Deadline(success) }

// drop closes the n oldest.
func (s *sockets) drop(n int) {
	for _, conn := range s.conns[:n] {
		conn.Close()
	}
	s.conns = append(s.conns[:0], s.conns[n:]...)
}

// read hands over what comes until the socket is closed.
func (s *sockets) read(conn *udp.Conn) {
	defer s.readers.Done()
	for failures := 0; failures < maxReadErrors; {
		buf := s.buffer()
		packet, err := conn.Read(buf)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if !s.heard.Load() && udp.IsRefusal(err) {
				s.refuse(err)
				continue
			}
			failures++
			continue
		}
		failures = 0
		select {
		case s.incoming <- inboundPacket{buf, packet.Data, packet.Congested}:
		case <-s.closed:
			return
		}
	}
}

// refuse passes on the first error of ICMP.
func (s *sockets) refuse(err error) {
	select {
	case s.refused <- err:
	default:
	}
}

// hears notes that a datagram of the server has come. Errors of ICMP, which anyone
// can send, are no longer reported.
func (s *sockets) noteHeard() {
	if s.heard.Swap(true) {
		return
	}
	for _, conn := range s.conns {
		conn.ReportRefusals(false)
	}
}

func (s *sockets) buffer() []byte {
	select {
	case buf := <-s.free:
		return buf
	default:
		return make([]byte, udp.ReadSize)
	}
}

// release takes a datagram's buffer back.
func (s *sockets) release(d inboundPacket) {
	select {
	case s.free <- d.buf:
	default:
	}
}

// close closes all and waits for the readers.
func (s *sockets) close() {
	close(s.closed)
	s.drop(len(s.conns))
	s.readers.Wait()
}
