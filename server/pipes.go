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

// A pipe leads to a relay, a process between the session and an SSH connection. To the
// session it is one more socket for datagrams.

const (
	// maxPipes bounds the pipes of a session. A client whose network has changed opens a new
	// one before the host notices the end of the old one.
	maxPipes = 8

	// maxPipeQueue bounds the frames, in bytes, that wait for a relay that does not read.
	// Further datagrams are lost. The peers keep fewer bytes in flight through a pipe.
	maxPipeQueue = 1 << 20

	// keptQueue is the largest capacity of a queue that is kept after it was written, in
	// bytes.
	keptQueue = 16 << 10

	// pipeTimeout is how long a pipe may be silent. Clients send a heartbeat at least every
	// 15 s.
	pipeTimeout = 10 * time.Minute
)

// pipeConn is the session's connection to a relay.
type pipeConn interface {
	io.ReadWriteCloser
	SetReadDeadline(time.Time) error
	// tryWrite writes as many bytes as fit without blocking.
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
	stuck bool   // a goroutine is writing earlier frames
}

// pipes are the pipes of a session.
type pipes struct {
	open []*pipeEnd
	last uint32 // number of the newest one
}

// add adds a pipe. Its path has the address of the SSH client, with port 0. If there are
// maxPipes, dropped is the pipe that was silent for longest; the caller closes it.
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

// keepPipe makes the connection of a request a pipe. It may be called in any goroutine.
func (l *loop) keepPipe(from string, conn *net.UnixConn) {
	addr, _ := netip.ParseAddr(from) // the zero Addr if it is malformed
	pipe, err := newUnixPipe(conn)
	if err != nil || !l.post(pipeOpened{pipe, addr.Unmap()}) {
		conn.Close()
	}
}

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

// flushPipe writes the queue. If the relay does not read, a goroutine writes the rest, and
// further frames wait until it is done.
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
		end.queue = reusable(end.queue)
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

func reusable(queue []byte) []byte {
	if cap(queue) > keptQueue {
		return nil
	}
	return queue[:0]
}

func (l *loop) pipeWritten(e pipeWritten) {
	e.end.stuck = false
	if len(e.end.queue) == 0 {
		e.end.queue = reusable(e.queue)
		return
	}
	l.flushPipe(e.end)
}

// readPipe posts the pipe's datagrams to the loop until the pipe ends or is silent for
// pipeTimeout. While it waits, it holds no buffer of the loop.
func (l *loop) readPipe(end *pipeEnd) {
	defer l.post(pipeClosed{end})
	r := pipe.NewReader(impatientReader{end})
	for {
		data, err := r.Next()
		if err != nil {
			return
		}
		d := l.buffers.get(l.quit)
		if d == nil {
			return
		}
		d.packet = udp.Packet{Data: d.buffer[:copy(d.buffer[:], data)], Path: end.path}
		if !l.pass(d) {
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
	attempt func(fd uintptr) bool // writes data without waiting; kept to save an allocation per write
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
