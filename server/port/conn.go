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

	// The pause between attempts to become the reader, or to reach the new one, doubles from
	// minPause to maxPause. After maxQuick attempts it is longPause.
	minPause  = time.Millisecond
	maxPause  = 16 * time.Millisecond
	longPause = 500 * time.Millisecond
	maxQuick  = 100

	// writeTimeout bounds the wait for a reader that does not read Routes.
	writeTimeout = 5 * time.Second
)

// Conn is a session's share of a port. Its methods except Read are called by one goroutine.
type Conn struct {
	socket   *udp.Shared
	registry registry.Registry
	path     string // of the reader's socket
	log      func(format string, a ...any)

	routes  chan control.Routes // the newest ones, until run receives them
	current control.Routes      // owned by run
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

// Join makes the session one of those that share conn's port. Unless there is an error, the
// Conn owns conn. log records errors of the sharing, which does not end with them.
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

// place returns the path for the reader's socket: beside the lock that a reader holds,
// otherwise beside an abandoned lock, otherwise in the first directory.
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

// Read waits for a datagram that is, or may be, for the session. After Close the error is
// net.ErrClosed.
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

// SetRoutes replaces the routes of the session. The Conn keeps the slices.
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

// run becomes the reader, or joins the present one until that ends, and begins again.
func (c *Conn) run() {
	for attempt := 0; ; attempt++ {
		lock, err := registry.TryLock(c.path + lockSuffix)
		if err != nil {
			c.log("lock the port: %v", err)
			c.recreateDirectory()
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
	if attempt >= maxQuick {
		return longPause
	}
	return min(minPause<<min(attempt, 10), maxPause)
}

// lockSuffix follows the path of a reader's socket in the path of its lock.
const lockSuffix = ".lock"

func (c *Conn) recreateDirectory() {
	if path, err := c.registry.NewFile(fileName(c.Local().Port(), c.Local().Addr())); err == nil {
		c.path = path
	}
}

func (c *Conn) lead(lock *os.File) {
	defer lock.Close()
	newReader(c).run()
}

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
