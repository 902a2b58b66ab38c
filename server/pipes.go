//go:build unix

package server

import (
	"io"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gm/wire/datagram"
	"gm/wire/pipe"
	"gm/wire/udp"
)

// A pipe leads to a relay, a process between the session and an SSH connection. Its
// datagrams come and go as those of a socket do.

const (
	// maxPipes bounds the pipes of a session. A client whose network has changed comes
	// back through a new one, before the host notices that the old one leads nowhere.
	maxPipes = 8

	// maxPipeQueue bounds the frames, in bytes, that wait for a relay that does not read.
	// The peers bound what is on its way through a pipe to less than that. Further
	// datagrams are lost.
	maxPipeQueue = 1 << 20

	// keptQueue is the capacity of a queue that is kept after it was written, in bytes.
	keptQueue = 16 << 10

	// pipeTimeout is how long a pipe may be silent. A client that uses one sends a
	// heartbeat every 15 s at least.
	pipeTimeout = 10 * time.Minute
)

// pipeConn is the session's connection to a relay.
type pipeConn interface {
	io.ReadWriteCloser
	SetReadDeadline(time.Time) error
	// tryWrite writes as many bytes as there is room for, and does not block.
	tryWrite(b []byte) (n int, err error)
}

// The events of pipes.
type (
	pipeOpened struct {
		conn pipeConn
		from netip.Addr // of the SSH client; invalid if unknown
	}
	pipeClosed  struct{ end *pipeEnd }
	pipeWritten struct {
		end   *pipeEnd
		queue []byte
	}
)

// pipeEnd is the session's end of a pipe.
type pipeEnd struct {
	pipeConn
	path  datagram.Path
	heard time.Time
	queue []byte // frames to write
	stuck bool   // a goroutine writes the frames before those
}

// pipes are the pipes of a session.
type pipes struct {
	open []*pipeEnd
	last uint32 // number of the newest one
}

// add opens a pipe in place of the one that was silent for longest if there are maxPipes,
// which it returns. The path has the address of the SSH client, with port 0.
func (p *pipes) add(now time.Time, conn pipeConn, from netip.Addr) (added, dropped *pipeEnd) {
	if len(p.open) >= maxPipes {
		dropped = slices.MinFunc(p.open, func(a, b *pipeEnd) int { return a.heard.Compare(b.heard) })
	}
	p.last++
	path := datagram.PipePath(p.last)
	path.Remote = netip.AddrPortFrom(from, 0)
	added = &pipeEnd{pipeConn: conn, path: path, heard: now}
	p.open = append(p.open, added)
	return added, dropped
}

func (p *pipes) find(path datagram.Path) *pipeEnd {
	for _, end := range p.open {
		if end.path.Pipe == path.Pipe {
			return end
		}
	}
	return nil
}

// remove closes a pipe. It reports whether the pipe was open.
func (p *pipes) remove(end *pipeEnd) bool {
	i := slices.Index(p.open, end)
	if i < 0 {
		return false
	}
	p.open = slices.Delete(p.open, i, i+1)
	end.Close()
	return true
}

func (p *pipes) close() {
	for _, end := range p.open {
		end.Close()
	}
}

func (l *loop) openPipe(now time.Time, conn pipeConn, from netip.Addr) {
	added, dropped := l.pipes.add(now, conn, from)
	if dropped != nil {
		l.closePipe(now, dropped)
	}
	l.Log("%v opened", added.path)
	l.feeders.Go(func() { l.readPipe(added) })
}

func (l *loop) closePipe(now time.Time, end *pipeEnd) {
	if l.pipes.remove(end) {
		l.Log("%v closed", end.path)
		l.session.DropPath(now, end.path)
	}
}

// keepPipe takes over the connection of a request. It may be called in any goroutine.
func (l *loop) keepPipe(from string, conn *net.UnixConn) {
	addr, _ := netip.ParseAddr(from) // the zero Addr if it is malformed
	pipe, err := newUnixPipe(conn)
	if err != nil || !l.post(pipeOpened{pipe, addr.Unmap()}) {
		conn.Close()
	}
}

// noteHeard records that a datagram came on a path.
func (l *loop) noteHeard(now time.Time, path datagram.Path) {
	if !path.IsPipe() {
		return
	}
	if end := l.pipes.find(path); end != nil {
		end.heard = now
	}
}

// sendOnPipe sends a datagram, or drops it if the pipe is closed or its queue is full.
func (l *loop) sendOnPipe(data []byte, path datagram.Path) {
	end := l.pipes.find(path)
	if end == nil || len(end.queue)+len(data) > maxPipeQueue {
		return
	}
	var err error
	if end.queue, err = pipe.AppendFrame(end.queue, data); err != nil {
		l.Log("send to %v: %v", path, err)
		return
	}
	l.flushPipe(end)
}

// flushPipe writes the frames that wait. If the relay does not read, a goroutine waits for
// it, and further frames wait for the goroutine.
func (l *loop) flushPipe(end *pipeEnd) {
	if end.stuck {
		return
	}
	n, err := end.tryWrite(end.queue)
	if err != nil {
		end.Close() // readPipe reports it
		end.queue = nil
		return
	}
	rest := end.queue[n:]
	if len(rest) == 0 {
		end.queue = emptied(end.queue)
		return
	}
	end.stuck = true
	queue := end.queue
	end.queue = nil
	l.feeders.Go(func() {
		if _, err := end.Write(rest); err != nil {
			end.Close()
		}
		l.post(pipeWritten{end, queue})
	})
}

// emptied returns an empty queue, with the memory of queue unless that is large.
func emptied(queue []byte) []byte {
	if cap(queue) > keptQueue {
		return nil
	}
	return queue[:0]
}

func (l *loop) pipeWritten(e pipeWritten) {
	e.end.stuck = false
	if len(e.end.queue) == 0 {
		e.end.queue = emptied(e.queue)
		return
	}
	l.flushPipe(e.end)
}

// readPipe reads datagrams until the pipe ends or is silent for pipeTimeout. It holds no
// buffer of the loop while it waits.
func (l *loop) readPipe(end *pipeEnd) {
	defer l.post(pipeClosed{end})
	r := pipe.NewReader(impatientReader{end})
	for {
		data, err := r.Next()
		if err != nil {
			return
		}
		var d *inboundPacket
		select {
		case d = <-l.buffers:
		case <-l.quit:
			return
		}
		d.packet = udp.Packet{Data: d.buffer[:copy(d.buffer[:], data)], Path: end.path}
		if !l.post(d) {
			return
		}
	}
}

// impatientReader reads from a pipe for at most pipeTimeout.
type impatientReader struct{ *pipeEnd }

func (r impatientReader) Read(b []byte) (int, error) {
	r.SetReadDeadline(time.Now().Add(pipeTimeout))
	return r.pipeConn.Read(b)
}

// unixPipe is a pipe over a Unix socket.
type unixPipe struct {
	*net.UnixConn
	raw     syscall.RawConn
	attempt func(fd uintptr) bool // writes data once; made once, so that it is not allocated for each
	data    []byte
	n       int
	err     error
}

func newUnixPipe(conn *net.UnixConn) (*unixPipe, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	u := &unixPipe{UnixConn: conn, raw: raw}
	u.attempt = func(fd uintptr) bool {
		for u.n, u.err = unix.Write(int(fd), u.data); u.err == unix.EINTR; {
			u.n, u.err = unix.Write(int(fd), u.data)
		}
		return true // without room the caller does not wait
	}
	return u, nil
}

func (u *unixPipe) tryWrite(b []byte) (n int, err error) {
	u.data, u.n, u.err = b, 0, nil
	err = u.raw.Write(u.attempt)
	u.data = nil
	switch {
	case err != nil:
		return 0, err
	case u.err == unix.EAGAIN:
		return 0, nil
	}
	return max(u.n, 0), u.err
}
