//go:build unix

package registry

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Other sockets than those of sessions, and files for locks beside them, are in the same
// directories. Their names are no IDs, so that they are not listed.

// NewFile returns the path of a file with a name in the first directory that can hold it,
// which it creates if necessary.
func (r Registry) NewFile(name string) (path string, err error) {
	err = r.inPlaces(func(dir string) error {
		path = filepath.Join(dir, name)
		return checkPath(path)
	})
	return path, err
}

// FindFiles returns the paths of the files with a name in all directories.
func (r Registry) FindFiles(name string) (paths []string) {
	for _, p := range r.places {
		dir, err := p.open(r.uid, false)
		if err != nil {
			continue
		}
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

func checkPath(path string) error {
	if len(path) > maxPath {
		return fmt.Errorf("%s has %d bytes, and the path of a socket at most %d", path, len(path), maxPath)
	}
	return nil
}

// Socket is a listening Unix socket with a path.
type Socket struct {
	*net.UnixListener
	path string
	file os.FileInfo // of path
}

// ListenAt creates a socket at path, where it replaces another file. It has that name only
// after it listens.
func ListenAt(path string) (*Socket, error) {
	temporary := filepath.Join(filepath.Dir(path), newPrefix+randomDigits())
	listener, err := listenUnix(temporary)
	if err != nil {
		return nil, err
	}
	info, err := rename(temporary, path)
	if err != nil {
		listener.Close()
		os.Remove(temporary)
		return nil, err
	}
	return &Socket{listener, path, info}, nil
}

// Refresh reports whether the socket is still at its path. It marks the socket as used, for
// programs that remove old files.
func (s *Socket) Refresh() bool {
	if !s.present() {
		return false
	}
	now := time.Now()
	os.Chtimes(s.path, now, now)
	os.Chtimes(filepath.Dir(s.path), now, now)
	return true
}

func (s *Socket) present() bool {
	info, err := os.Lstat(s.path)
	return err == nil && os.SameFile(info, s.file)
}

// Close removes the socket. Connections stay open.
func (s *Socket) Close() error {
	if s.present() {
		os.Remove(s.path)
	}
	return s.UnixListener.Close()
}

// rename gives a socket its final name. It returns the socket's file.
func rename(temporary, path string) (os.FileInfo, error) {
	if err := os.Chmod(temporary, 0o600); err != nil {
		return nil, err
	}
	info, err := os.Lstat(temporary)
	if err != nil {
		return nil, err
	}
	return info, os.Rename(temporary, path)
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

// Dial connects to the socket at path. It fails with ErrNoSession if no process listens
// there, and with another error if that process belongs to another user.
func Dial(ctx context.Context, path string) (*net.UnixConn, error) { return dial(ctx, path) }

// CheckPeer returns an error unless the process at the other end belongs to this user.
func CheckPeer(conn *net.UnixConn) error { return checkPeer(conn) }

// TryLock locks the file at path, which it creates if necessary, until the file is closed.
// file is nil if another process has the lock.
func TryLock(path string) (file *os.File, err error) { return tryLock(path) }
