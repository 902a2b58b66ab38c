package paths

import (
	"sync"

	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// Datagram is a received datagram. Its buffer is returned with Set.Release.
type Datagram struct {
	Path      datagram.Path
	Data      []byte
	Congested bool
	buf       []byte
}

// Failure is an error of a path: the ICMP error that answered a datagram, or the end of
// a pipe, which is io.EOF or another error.
type Failure struct {
	Path datagram.Path
	Err  error
}

// maxFailures is the number of failures that wait for their receiver. Further ones of UDP
// are lost, as the next datagram brings another.
const maxFailures = 8

// maxWaiting is the number of datagrams that wait for their receiver.
const maxWaiting = 64

// inbox collects the datagrams of all paths.
type inbox struct {
	incoming chan Datagram
	failed   chan Failure
	free     chan []byte
	closed   chan struct{}
	readers  sync.WaitGroup
	start    func(func())
}

func newInbox(start func(func())) inbox {
	return inbox{
		incoming: make(chan Datagram, maxWaiting),
		failed:   make(chan Failure, maxFailures),
		free:     make(chan []byte, wire.HopSockets+maxWaiting),
		closed:   make(chan struct{}),
		start:    start,
	}
}

// Incoming returns the channel of received datagrams.
func (in *inbox) Incoming() <-chan Datagram { return in.incoming }

// Failed returns the channel of failures. ICMP errors are reported for each path until
// [Set.NoteHeard].
func (in *inbox) Failed() <-chan Failure { return in.failed }

// Release returns the buffer of a datagram, whose data is invalid from then on.
func (in *inbox) Release(d Datagram) {
	select {
	case in.free <- d.buf:
	default:
	}
}

func (in *inbox) feed(read func()) {
	in.readers.Add(1)
	in.start(func() {
		defer in.readers.Done()
		read()
	})
}

// put passes a datagram on. It reports whether the inbox is open.
func (in *inbox) put(d Datagram) bool {
	select {
	case in.incoming <- d:
		return true
	case <-in.closed:
		return false
	}
}

func (in *inbox) refuse(path datagram.Path, err error) {
	select {
	case in.failed <- Failure{path, err}:
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
