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
	"time"

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

	socket *net.UnixListener // nil if there is none
	path   string            // of socket
	file   os.FileInfo       // of path
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
	return l.path
}

// Restore creates the socket again if it is gone, and else marks it as used for programs
// that remove old files. It should be called every minute.
func (l *Listener) Restore() error {
	if l.socket != nil {
		if l.present() {
			now := time.Now()
			os.Chtimes(l.path, now, now)
			os.Chtimes(filepath.Dir(l.path), now, now)
			return nil
		}
		l.socket.Close()
		l.socket = nil
	}
	return l.bind()
}

func (l *Listener) present() bool {
	info, err := os.Lstat(l.path)
	return err == nil && os.SameFile(info, l.file)
}

// Close removes the socket, ends all connections and waits for the handlers.
func (l *Listener) Close() {
	if l.socket != nil {
		if l.present() {
			os.Remove(l.path)
		}
		l.socket.Close()
		l.socket = nil
	}
	l.end()
	l.serving.Wait()
}

// bind creates the socket in the first directory that can hold it.
func (l *Listener) bind() error { return l.registry.inPlaces(l.bindIn) }

// bindIn creates the socket in dir. It has its name only after it listens, as others remove
// a socket that refuses connections.
func (l *Listener) bindIn(dir string) error {
	path, temporary := filepath.Join(dir, l.id.text), filepath.Join(dir, newPrefix+randomDigits())
	if len(path) > maxPath {
		return fmt.Errorf("%s has %d bytes, and the path of a socket at most %d", path, len(path), maxPath)
	}
	if hasListener(path) {
		return fmt.Errorf("%s is in use by another process", path)
	}
	socket, err := listenUnix(temporary)
	if err != nil {
		return err
	}
	if err := l.rename(temporary, path); err != nil {
		socket.Close()
		os.Remove(temporary)
		return err
	}
	l.socket = socket
	l.serving.Go(func() { l.accept(socket) })
	return nil
}

// backlog is the number of connections that wait for Accept.
const backlog = 128

// listenUnix returns a listening socket at path. net.ListenUnix would read the system's
// limit of the backlog into a buffer of 64 KiB, which a session keeps for good.
func listenUnix(path string) (*net.UnixListener, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	unix.CloseOnExec(fd)
	file := os.NewFile(uintptr(fd), path)
	defer file.Close()
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		return nil, &os.PathError{Op: "bind", Path: path, Err: err}
	}
	if err := unix.Listen(fd, backlog); err != nil {
		os.Remove(path)
		return nil, &os.PathError{Op: "listen", Path: path, Err: err}
	}
	listener, err := net.FileListener(file)
	if err != nil {
		os.Remove(path)
		return nil, err
	}
	return listener.(*net.UnixListener), nil // Close leaves the file
}

func (l *Listener) rename(temporary, path string) error {
	if err := os.Chmod(temporary, 0o600); err != nil {
		return err
	}
	info, err := os.Lstat(temporary)
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	l.path, l.file = path, info
	return nil
}

func hasListener(path string) bool {
	conn, err := net.DialTimeout("unix", path, answerTimeout)
	if err != nil {
		return errors.Is(err, unix.EAGAIN) // its queue is full
	}
	conn.Close()
	return true
}
