//go:build unix

package port

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"gm/server/registry"
	"gm/wire/control"
	"gm/wire/datagram"
	"gm/wire/udp"
)

const (
	// queueLength is the number of datagrams that wait for Read. Further ones are dropped,
	// or wait at the reader of the port.
	queueLength = 16

	// Pauses between the attempts to become the reader or to reach the new one: they double
	// from the first to the second, and are long after that many attempts.
	firstPause  = time.Millisecond
	secondPause = 16 * time.Millisecond
	longPause   = 500 * time.Millisecond
	hasty       = 100

	// writeTimeout bounds how long a reader takes to read Routes.
	writeTimeout = 5 * time.Second
)

// Conn is a session's share of a port. Its methods are called by one goroutine, but for
// Read.
type Conn struct {
	socket   *udp.Shared
	registry registry.Registry
	path     string // of the reader's socket
	log      func(format string, a ...any)

	routes  chan control.Routes // the newest ones, if they were not taken yet
	current control.Routes      // of the running role
	queue   chan *packet        // to Read
	free    chan *packet
	quit    chan struct{}
	role    sync.WaitGroup
	closed  bool
}

// packet is a datagram that waits for Read. err is set in place of one.
type packet struct {
	datagram control.Datagram
	buffer   [udp.ReadSize]byte
	err      error
}

// Join makes a socket that the port's sessions share, or will share, the session's. The
// socket is the Conn's unless there is an error. log records troubles.
func Join(r registry.Registry, conn *udp.Conn, log func(format string, a ...any)) (*Conn, error) {
	local := conn.Local()
	name := fileName(local.Port(), local.Addr())
	path, err := place(r, name)
	if err != nil {
		return nil, err
	}
	socket, err := conn.Share()
	if err != nil {
		return nil, err
	}
	c := &Conn{
		socket: socket, registry: r, path: path, log: log,
		routes: make(chan control.Routes, 1),
		queue:  make(chan *packet, queueLength), free: make(chan *packet, queueLength),
		quit: make(chan struct{}),
	}
	for range queueLength {
		c.free <- new(packet)
	}
	c.role.Go(c.run)
	return c, nil
}

// place returns the path for the reader's socket: beside the lock that a reader holds, else
// beside one that was held before, else in the first directory.
func place(r registry.Registry, name string) (path string, err error) {
	for _, lock := range r.FindFiles(name + lockSuffix) {
		at := strings.TrimSuffix(lock, lockSuffix)
		file, err := registry.TryLock(lock)
		if file == nil && err == nil {
			return at, nil
		}
		if file != nil {
			file.Close()
		}
		path = cmp.Or(path, at)
	}
	if path == "" {
		return r.NewFile(name)
	}
	return path, nil
}

// Local returns the address and port that the socket is bound to.
func (c *Conn) Local() netip.AddrPort { return c.socket.Local() }

// Write sends a datagram on a path, as udp.Conn does.
func (c *Conn) Write(data []byte, path datagram.Path) error {
	if c.closed {
		return net.ErrClosed
	}
	return c.socket.Write(data, path)
}

// Read waits for a datagram of the session, or for one that may be. After Close the error
// is net.ErrClosed.
func (c *Conn) Read(buf []byte) (udp.Packet, error) {
	select {
	case p := <-c.queue:
		defer func() { c.free <- p }()
		d := &p.datagram
		n := copy(buf, d.Data)
		return udp.Packet{Data: buf[:n], Path: datagram.Path{Local: d.Local, Remote: d.Remote}, Congested: d.Congested}, p.err
	case <-c.quit:
		return udp.Packet{}, net.ErrClosed
	}
}

// SetRoutes replaces the routes of the session. The slices are the Conn's from then on.
func (c *Conn) SetRoutes(r control.Routes) {
	select {
	case <-c.routes:
	default:
	}
	c.routes <- r
}

// Close ends the session's share. The other sessions keep the port.
func (c *Conn) Close() error {
	if c.closed {
		return nil
	}
	c.closed = true
	close(c.quit)
	c.socket.Stop()
	c.role.Wait()
	return c.socket.Close()
}

// offer queues a datagram for Read unless the queue is full.
func (c *Conn) offer(d *control.Datagram, err error) {
	select {
	case p := <-c.free:
		c.queue <- p.with(d, err)
	default:
	}
}

// pass queues a datagram for Read when there is room. It reports whether the Conn is open.
func (c *Conn) pass(d *control.Datagram) bool {
	select {
	case p := <-c.free:
		c.queue <- p.with(d, nil)
		return true
	case <-c.quit:
		return false
	}
}

func (p *packet) with(d *control.Datagram, err error) *packet {
	p.datagram, p.err = *d, err
	p.datagram.Data = append(p.buffer[:0], d.Data[:min(len(d.Data), len(p.buffer))]...)
	return p
}

// run becomes the reader, or joins the one there is, and does so again when that ends.
func (c *Conn) run() {
	for attempt := 0; ; attempt++ {
		lock, err := registry.TryLock(c.path + lockSuffix)
		if err != nil {
			c.log("lock the port: %v", err)
			c.relocate()
		}
		if lock != nil {
			c.lead(lock)
			return
		}
		conn, err := c.join()
		if err == nil {
			c.follow(conn)
			attempt = 0
		}
		select {
		case <-c.quit:
			return
		case <-time.After(pauseAfter(attempt)):
		}
	}
}

func pauseAfter(attempt int) time.Duration {
	if attempt >= hasty {
		return longPause
	}
	return min(firstPause<<min(attempt, 10), secondPause)
}

// lockSuffix follows the path of a reader's socket in the path of its lock.
const lockSuffix = ".lock"

// relocate creates the directory again if it is gone.
func (c *Conn) relocate() {
	if path, err := c.registry.NewFile(fileName(c.Local().Port(), c.Local().Addr())); err == nil {
		c.path = path
	}
}

func (c *Conn) lead(lock *os.File) {
	defer lock.Close()
	newReader(c).run()
}

// join asks the reader for the session's datagrams.
func (c *Conn) join() (*net.UnixConn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	conn, err := call(ctx, c.path, control.Request{Verb: control.VerbJoin})
	if err != nil {
		return nil, err
	}
	message, err := control.ReadFrame(conn)
	if err == nil {
		err = parseResponse(message)
	}
	if err != nil {
		conn.Close()
		c.logUnlessGone(err)
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	return conn, nil
}

func (c *Conn) logUnlessGone(err error) {
	if _, refused := errors.AsType[*RefusedError](err); refused {
		c.log("join the port: %v", err)
	}
}

// parseAnswer returns the error in the frame of a response, if any.
func parseAnswer(frame []byte) error {
	message, err := control.ReadFrame(bytes.NewReader(frame))
	if err != nil {
		return err
	}
	return parseResponse(message)
}

func parseResponse(message []byte) error {
	response, err := control.ParseResponse(message)
	if err != nil {
		return err
	}
	if response.Error != "" {
		return &RefusedError{response.Error, response.Hint}
	}
	return nil
}

// follow passes datagrams from the reader to Read, and routes to the reader, until the
// connection ends.
func (c *Conn) follow(conn *net.UnixConn) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.takeDatagrams(conn)
	}()
	defer func() {
		conn.Close()
		<-ended
	}()
	var frame []byte
	for changed := true; ; changed = true {
		if changed {
			frame = c.current.AppendFrame(frame[:0])
			conn.SetWriteDeadline(time.Now().Add(writeTimeout))
			if _, err := conn.Write(frame); err != nil {
				return
			}
		}
		select {
		case c.current = <-c.routes:
		case <-ended:
			return
		case <-c.quit:
			return
		}
	}
}

func (c *Conn) takeDatagrams(conn net.Conn) {
	frames := control.NewFrameReader(conn)
	var d control.Datagram
	for {
		message, err := frames.Next()
		if err != nil || d.Parse(message) != nil || !c.pass(&d) {
			return
		}
	}
}
