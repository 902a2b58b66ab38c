//go:build unix

package registry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"

	"gm/wire/control"
)

// maxPath is the longest path of a socket, in bytes: the size of sun_path without the NUL
// at its end, on the systems with the shortest (BSD, macOS).
const maxPath = 103

// Handler answers a request to a session. It is called by several goroutines at a time. It
// must return after the session has ended, too.
type Handler func(control.Request) control.Response

// Keeper takes over the connection of a request whose response has Pipe set, after the
// response was sent. It is called by several goroutines at a time, must not block, and
// must close the connection, also after the session has ended.
type Keeper func(request control.Request, conn *net.UnixConn)

// Listener is the socket of a session. Path, Restore and Close must not be called
// concurrently.
type Listener struct {
	registry Registry
	id       id
	handler  Handler
	keeper   Keeper
	slots    chan struct{} // one for each connection that is served
	serving  sync.WaitGroup
	ended    context.Context // ends with Close
	end      context.CancelFunc

	socket *Socket // nil if there is none
}

// Listen begins to answer requests to the session of this process with the name. The
// keeper may be nil if no response has Pipe set. If no
// directory can hold its socket, it returns the reason, and a Listener without a socket:
// Restore tries again.
func (r Registry) Listen(name string, handler Handler, keeper Keeper) (*Listener, error) {
	l := &Listener{registry: r, id: newID(os.Getpid(), name), handler: handler, keeper: keeper, slots: make(chan struct{}, maxConnections)}
	l.ended, l.end = context.WithCancel(context.Background())
	return l, l.bind()
}

// ID returns the session's ID, which differs from all other sessions' on the host.
func (l *Listener) ID() string { return l.id.text }

// Path returns the path of the socket, "" if there is none.
func (l *Listener) Path() string {
	if l.socket == nil {
		return ""
	}
	return l.socket.path
}

// Restore creates the socket again if it is gone, and else marks it as used for programs
// that remove old files. It should be called every minute.
func (l *Listener) Restore() error {
	if l.socket != nil {
		if l.socket.Refresh() {
			return nil
		}
		l.socket.Close()
		l.socket = nil
	}
	return l.bind()
}

// Close removes the socket, ends all connections and waits for the handlers.
func (l *Listener) Close() {
	if l.socket != nil {
		l.socket.Close()
		l.socket = nil
	}
	l.end()
	l.serving.Wait()
}

// bind creates the socket in the first directory that can hold it.
func (l *Listener) bind() error { return l.registry.inPlaces(l.bindIn) }

func (l *Listener) bindIn(dir string) error {
	path := filepath.Join(dir, l.id.text)
	if err := checkPath(path); err != nil {
		return err
	}
	if hasListener(path) {
		return fmt.Errorf("%s is in use by another process", path)
	}
	socket, err := ListenAt(path)
	if err != nil {
		return err
	}
	l.socket = socket
	l.serving.Go(func() { l.accept(socket.UnixListener) })
	return nil
}

func hasListener(path string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialUnix(ctx, "unix", nil, &net.UnixAddr{Net: "unix", Name: path})
	if err != nil {
		return errors.Is(err, unix.EAGAIN) // its queue is full
	}
	conn.Close()
	return true
}
