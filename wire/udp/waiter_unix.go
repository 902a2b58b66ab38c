//go:build unix && !linux

package udp

import (
	"errors"
	"net"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// waiter waits for the datagrams of a socket in poll(2).
type waiter struct {
	socket  int
	wake    [2]int // a pipe whose end ends wait
	stopped sync.Once
}

func newWaiter(socket int) (*waiter, error) {
	w := &waiter{socket: socket}
	if err := unix.Pipe(w.wake[:]); err != nil {
		return nil, os.NewSyscallError("pipe", err)
	}
	unix.CloseOnExec(w.wake[0])
	unix.CloseOnExec(w.wake[1])
	return w, nil
}

// wait waits for a datagram. After stop the error is net.ErrClosed.
func (w *waiter) wait() error {
	fds := [...]unix.PollFd{{Fd: int32(w.socket), Events: unix.POLLIN}, {Fd: int32(w.wake[0]), Events: unix.POLLIN}}
	if _, err := unix.Poll(fds[:], -1); err != nil && !errors.Is(err, unix.EINTR) {
		return os.NewSyscallError("poll", err)
	}
	if fds[1].Revents != 0 {
		return net.ErrClosed
	}
	return nil
}

func (w *waiter) stop() { w.stopped.Do(func() { unix.Close(w.wake[1]) }) }

func (w *waiter) close() {
	w.stop()
	unix.Close(w.wake[0])
}
