package paths

import (
	"io"

	"gm/wire/datagram"
	"gm/wire/pipe"
)

const (
	// maxQueued bounds the datagrams that wait for a pipe: one state of the largest size.
	// Further ones are lost.
	maxQueued = 64
	// maxBatch is the size from which on a write to a pipe takes no further datagram, in
	// bytes.
	maxBatch = 32 << 10
)

// pipePath is a path through a stream.
type pipePath struct {
	path   datagram.Path
	stream io.ReadWriteCloser
	inbox  *inbox
	queue  chan []byte // to be written
	free   chan []byte // buffers of the queue
	closed chan struct{}
}

func openPipePath(path datagram.Path, stream io.ReadWriteCloser, in *inbox) *pipePath {
	p := &pipePath{
		path: path, stream: stream, inbox: in, closed: make(chan struct{}),
		queue: make(chan []byte, maxQueued),
		free:  make(chan []byte, maxQueued+2), // also those of send and batch
	}
	in.start(p.read)
	in.start(p.write)
	return p
}

// send queues a datagram. It does not wait for the stream.
func (p *pipePath) send(data []byte) {
	var buf []byte
	select {
	case buf = <-p.free:
	default:
	}
	buf = append(buf[:0], data...)
	select {
	case p.queue <- buf:
	default:
		p.free <- buf
	}
}

// close closes the stream in the background: a write to a dead connection can block that.
func (p *pipePath) close() {
	close(p.closed)
	p.inbox.start(func() { p.stream.Close() })
}

func (p *pipePath) write() {
	var batch []byte
	for {
		select {
		case <-p.closed:
			return
		case data := <-p.queue:
			batch = p.batch(batch[:0], data)
		}
		if _, err := p.stream.Write(batch); err != nil {
			p.fail(err)
			return
		}
	}
}

func (p *pipePath) batch(batch, data []byte) []byte {
	for {
		batch, _ = pipe.AppendFrame(batch, data) // one that is too long is lost
		p.free <- data
		if len(batch) >= maxBatch {
			return batch
		}
		select {
		case data = <-p.queue:
		default:
			return batch
		}
	}
}

func (p *pipePath) read() {
	frames := pipe.NewReader(p.stream)
	for {
		data, err := frames.Next()
		if err != nil {
			p.fail(err)
			return
		}
		buf := p.inbox.buffer()
		if !p.inbox.put(Datagram{p.path, buf[:copy(buf, data)], false, buf}) {
			return
		}
	}
}

// fail reports the end of the pipe, unless this end has closed it.
func (p *pipePath) fail(err error) {
	select {
	case <-p.closed:
		return
	default:
	}
	select {
	case <-p.inbox.closed:
	case p.inbox.failed <- Failure{p.path, err}:
	}
}
