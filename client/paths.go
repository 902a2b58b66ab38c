package client

import (
	"net/netip"
	"sync"
	"time"

	"gm/wire"
	"gm/wire/udp"
)

// path is a way for datagrams to the server.
type path interface {
	kind() pathKind

	// send sends a datagram. A datagram that could not be sent is lost.
	send(data []byte) error

	// local returns the address and port that datagrams leave from. The address is
	// invalid if there is no route to the server.
	local() netip.AddrPort

	// mtu returns the size of the largest datagram, in bytes. It may become smaller
	// with a send.
	mtu() int
}

type pathKind uint8

const pathUDP pathKind = iota // UDP between two addresses

// paths are the client's paths to the server. It sends on the preferred one and
// receives on all.
type paths struct {
	path // preferred
	*inbox
	udp *udpPath
}

// openPaths opens the first socket. start runs a function in a goroutine of its own.
func openPaths(now time.Time, server netip.AddrPort, start func(func())) (*paths, error) {
	in := &inbox{
		incoming: make(chan inboundPacket),
		refused:  make(chan error, 1),
		free:     make(chan []byte, wire.HopSockets),
		closed:   make(chan struct{}),
		start:    start,
	}
	u, err := openUDPPath(now, server, in)
	return &paths{path: u, inbox: in, udp: u}, err
}

// maintain replaces and closes sockets that are due. success is when the newest state
// was sent that the server has acknowledged.
func (p *paths) maintain(now, success time.Time) { p.udp.hop(now, success) }

func (p *paths) deadline(success time.Time) time.Time { return p.udp.hopper.Deadline(success) }

func (p *paths) noteHeard() { p.udp.noteHeard() }

func (p *paths) close() {
	close(p.closed)
	p.udp.drop(len(p.udp.conns))
	p.readers.Wait()
}

// inboundPacket is a received datagram. Its buffer is returned with inbox.release.
type inboundPacket struct {
	buf       []byte
	data      []byte
	congested bool
}

// inbox receives the datagrams of all paths.
type inbox struct {
	incoming chan inboundPacket
	refused  chan error // the first ICMP error before the server is heard
	free     chan []byte
	closed   chan struct{}
	readers  sync.WaitGroup
	start    func(func())
}

// feed runs read, which puts datagrams into the inbox, until the inbox is closed.
func (in *inbox) feed(read func()) {
	in.readers.Add(1)
	in.start(func() {
		defer in.readers.Done()
		read()
	})
}

// put passes a datagram to the loop. It reports whether the inbox is open.
func (in *inbox) put(p inboundPacket) bool {
	select {
	case in.incoming <- p:
		return true
	case <-in.closed:
		return false
	}
}

func (in *inbox) refuse(err error) {
	select {
	case in.refused <- err:
	default:
	}
}

func (in *inbox) buffer() []byte {
	select {
	case buf := <-in.free:
		return buf
	default:
		return make([]byte, udp.ReadSize)
	}
}

func (in *inbox) release(p inboundPacket) {
	select {
	case in.free <- p.buf:
	default:
	}
}
