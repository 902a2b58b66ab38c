// Package x11 has the display of a session: programs connect to it on loopback, and the X server
// is that of a client.
package x11

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"

	"gm/internal/xauth"
)

// Displays begin at the number of X11DisplayOffset, as sshd's do.
const (
	firstDisplay = 10
	maxDisplays  = 1000
	firstPort    = 6000
)

// Display is the display of a session. It stays the same until Close.
type Display struct {
	env       []string // of the session's programs
	number    int
	cookie    xauth.Cookie
	program   xauth.Program
	listeners []net.Listener
	serving   sync.WaitGroup
	listened  once // the first client has come
	closed    once

	mu      sync.Mutex
	clients []*Listener // the newest is the last one
}

// once is an event that goroutines wait for.
type once struct {
	sync.Once
	happened chan struct{}
}

func (o *once) happen() { o.Do(func() { close(o.happened) }) }

// firstClient is how long a connection waits for the client that the display is opened for: a
// program may be faster than the client's request.
const firstClient = 10 * time.Second

// acceptPause is the wait after an error of accept, such as too many open files.
const acceptPause = 100 * time.Millisecond

// errNoDisplay means that all ports of displays are in use.
var errNoDisplay = errors.New("no display is free")

// Open opens a display on loopback, and stores its cookie for programs with the environment env.
func Open(env []string) (*Display, error) {
	program, err := xauth.Find()
	if err != nil {
		return nil, err
	}
	d := &Display{env: env, number: firstDisplay, cookie: xauth.NewCookie(), program: program}
	if err := d.open(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Display) open() error {
	if err := d.listenFrom(); err != nil {
		return err
	}
	if err := d.program.Add(context.Background(), d.env, d.authName(), d.cookie); err != nil {
		d.closeListeners()
		return fmt.Errorf("run xauth: %w", err)
	}
	d.listened.happened, d.closed.happened = make(chan struct{}), make(chan struct{})
	for _, l := range d.listeners {
		d.serving.Go(func() { d.serve(l) })
	}
	return nil
}

// listenFrom listens at the first number that is free, beginning with d.number.
func (d *Display) listenFrom() error {
	for ; d.number < firstDisplay+maxDisplays; d.number++ {
		err := d.listenAt(strconv.Itoa(firstPort + d.number))
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) {
			return err
		}
	}
	return errNoDisplay
}

// listenAt listens on both loopback addresses. A host may lack one of them.
func (d *Display) listenAt(port string) error {
	var first error
	for _, address := range []string{"127.0.0.1", "::1"} {
		l, err := net.Listen("tcp", net.JoinHostPort(address, port))
		switch {
		case err == nil:
			d.listeners = append(d.listeners, l)
		case errors.Is(err, syscall.EADDRINUSE):
			d.closeListeners()
			return err
		case first == nil:
			first = err
		}
	}
	if len(d.listeners) == 0 {
		return first
	}
	return nil
}

// Name returns the value of DISPLAY for a screen of the X server.
func (d *Display) Name(screen int) string { return fmt.Sprintf("localhost:%d.%d", d.number, screen) }

// authName returns the display as xauth has it: clients use the cookie of a local display at
// localhost.
func (d *Display) authName() string { return fmt.Sprintf("unix:%d", d.number) }

// Cookie returns the text of the cookie that programs show.
func (d *Display) Cookie() string { return d.cookie.String() }

// Close ends the display, and removes its cookie. Connections stay.
func (d *Display) Close() {
	d.closed.happen()
	d.closeListeners()
	for l := d.newest(); l != nil; l = d.newest() {
		l.Close()
	}
	d.serving.Wait()
	d.program.Remove(context.Background(), d.env, d.authName())
}

func (d *Display) closeListeners() {
	for _, l := range d.listeners {
		l.Close()
	}
	d.listeners = nil
}

// serve hands the connections of a listener to clients.
func (d *Display) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			d.awaitClient()
			d.newest().take(conn)
		case errors.Is(err, net.ErrClosed):
			return
		default:
			time.Sleep(acceptPause)
		}
	}
}

func (d *Display) awaitClient() {
	select {
	case <-d.listened.happened:
	case <-d.closed.happened:
	case <-time.After(firstClient):
	}
}

// Listen returns a listener for a client. The newest one that is open gets all connections;
// without one they are closed.
func (d *Display) Listen() *Listener {
	l := &Listener{display: d, conns: make(chan net.Conn), closed: make(chan struct{})}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clients = append(d.clients, l)
	d.listened.happen()
	return l
}

// newest returns the newest open listener; nil if there is none.
func (d *Display) newest() *Listener {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.clients) == 0 {
		return nil
	}
	return d.clients[len(d.clients)-1]
}
