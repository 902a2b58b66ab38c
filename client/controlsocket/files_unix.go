//go:build unix

package controlsocket

import (
	"errors"
	"net"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// sendFiles passes file descriptors, each with a byte as OpenSSH does.
func sendFiles(conn net.Conn, files []*os.File) error {
	socket, ok := conn.(*net.UnixConn)
	if !ok {
		return errMalformed
	}
	for _, f := range files {
		if _, _, err := socket.WriteMsgUnix([]byte{0}, unix.UnixRights(int(f.Fd())), nil); err != nil {
			return err
		}
	}
	return nil
}

// receiveFiles receives n file descriptors.
func receiveFiles(conn net.Conn, n int) (files []*file, err error) {
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return nil, errMalformed
	}
	for range n {
		f, err := receiveFile(unix)
		if err != nil {
			closeAll(files)
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func receiveFile(conn *net.UnixConn) (*file, error) {
	control := make([]byte, unix.CmsgSpace(4))
	n, controls, _, _, err := conn.ReadMsgUnix(make([]byte, 1), control)
	if err != nil {
		return nil, err
	}
	messages, err := unix.ParseSocketControlMessage(control[:controls])
	if err != nil || n != 1 || len(messages) != 1 {
		return nil, errMalformed
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return nil, errMalformed
	}
	unix.CloseOnExec(fds[0])
	return newFile(os.NewFile(uintptr(fds[0]), "passed"))
}

// file is a file that other processes have too: its mode stays as it is. Close ends a Read that
// waits, so that the file's next reader gets what comes then.
type file struct {
	*os.File
	stop *os.File // is closed to end the wait
	wake *os.File // the other end of stop
	once sync.Once
}

func newFile(f *os.File) (*file, error) {
	wake, stop, err := os.Pipe()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &file{File: f, stop: stop, wake: wake}, nil
}

func (f *file) Read(b []byte) (n int, err error) {
	for {
		if err := f.wait(unix.POLLIN); err != nil {
			return 0, err
		}
		if n, err = f.File.Read(b); !errors.Is(err, unix.EAGAIN) {
			return n, err
		}
	}
}

func (f *file) Write(b []byte) (n int, err error) {
	for n < len(b) {
		if err := f.wait(unix.POLLOUT); err != nil {
			return n, err
		}
		written, err := f.File.Write(b[n:])
		if n += written; err != nil && !errors.Is(err, unix.EAGAIN) {
			return n, err
		}
	}
	return n, nil
}

// wait waits until the file is ready or closed.
func (f *file) wait(events int16) (err error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	wake, err := f.wake.SyscallConn()
	if err != nil {
		return err
	}
	closed := false
	inner := wake.Control(func(w uintptr) {
		err = raw.Control(func(fd uintptr) {
			fds := []unix.PollFd{{Fd: int32(fd), Events: events}, {Fd: int32(w), Events: unix.POLLIN}}
			for {
				if _, err := unix.Poll(fds, -1); !errors.Is(err, unix.EINTR) {
					break
				}
			}
			closed = fds[1].Revents != 0
		})
	})
	if closed || inner != nil {
		return os.ErrClosed
	}
	return err
}

// Close closes the file. It may be called more than once.
func (f *file) Close() error {
	f.once.Do(func() {
		f.stop.Close()
		f.File.Close()
		f.wake.Close()
	})
	return nil
}
