package x11

import (
	"net"
	"slices"
	"sync"
)

// Listener accepts the connections of a display for one client.
type Listener struct {
	display *Display
	conns   chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

// take hands over a connection, or closes it if l is nil or closed.
func (l *Listener) take(conn net.Conn) {
	if l != nil {
		select {
		case l.conns <- conn:
			return
		case <-l.closed:
		}
	}
	conn.Close()
}

// Accept returns the next connection. After Close it returns net.ErrClosed.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close has connections go to the next newest client.
func (l *Listener) Close() error {
	l.once.Do(func() {
		l.display.mu.Lock()
		defer l.display.mu.Unlock()
		l.display.clients = slices.DeleteFunc(l.display.clients, func(c *Listener) bool { return c == l })
		close(l.closed)
	})
	return nil
}

// Addr returns the address of the display.
func (l *Listener) Addr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: firstPort + l.display.number}
}
