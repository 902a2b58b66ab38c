package udp

import (
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// waiter waits for the datagrams of a socket: for an epoll instance that reports these
// alone, in the runtime's poller (epoll(7), nested instances). A thread that waits in a
// system call would keep a processor until the runtime's watcher, which polls, takes it
// away.
type waiter struct {
	file  *os.File
	raw   syscall.RawConn
	ready func(epoll uintptr) bool
}

func newWaiter(socket int) (*waiter, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	if err := unix.SetNonblock(epoll, true); err != nil { // os.NewFile polls such files alone
		unix.Close(epoll)
		return nil, os.NewSyscallError("fcntl", err)
	}
	w := &waiter{file: os.NewFile(uintptr(epoll), "epoll")}
	if w.raw, err = w.file.SyscallConn(); err != nil {
		w.file.Close()
		return nil, err
	}
	added := false // from the first wait on: a process that does not read is not woken
	w.ready = func(epoll uintptr) bool {
		if !added {
			added = true
			unix.EpollCtl(int(epoll), unix.EPOLL_CTL_ADD, socket, &unix.EpollEvent{Events: unix.EPOLLIN})
		}
		var events [1]unix.EpollEvent
		n, err := unix.EpollWait(int(epoll), events[:], 0)
		return n > 0 || err != nil
	}
	return w, nil
}

// wait waits for a datagram. After stop the error is net.ErrClosed.
func (w *waiter) wait() error {
	if w.raw.Read(w.ready) != nil {
		return net.ErrClosed
	}
	return nil
}

func (w *waiter) stop() { w.file.Close() }

func (w *waiter) close() { w.file.Close() }
