package rawconn

import (
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// conn makes raw system calls. They do not block: the socket is waited for in the runtime's
// poller.
type conn struct {
	net.Conn
	raw     syscall.RawConn
	in, out transfer
}

// New returns a connection that reads and writes as c does. Its Read, as its Write, may be
// called by one goroutine at a time. A connection without a descriptor is returned as it is.
func New(c net.Conn) net.Conn {
	s, ok := c.(syscall.Conn)
	if !ok {
		return c
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return c
	}
	r := &conn{Conn: c, raw: raw}
	r.in.init("read", unix.SYS_READ)
	r.out.init("write", unix.SYS_WRITE)
	return r
}

// SyscallConn is that of [net.TCPConn] and its like.
func (c *conn) SyscallConn() (syscall.RawConn, error) { return c.raw, nil }

func (c *conn) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, err := c.do(&c.in, c.raw.Read, b)
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}

func (c *conn) Write(b []byte) (written int, err error) {
	for written < len(b) && err == nil {
		var n int
		n, err = c.do(&c.out, c.raw.Write, b[written:])
		written += n
	}
	return written, err
}

// do makes the call of t until it need not wait. Its errors are those of package net.
func (c *conn) do(t *transfer, wait func(func(fd uintptr) (done bool)) error, b []byte) (int, error) {
	t.buf = b
	err := wait(t.call)
	t.buf = nil
	if closed, ok := err.(*net.OpError); ok {
		closed.Op = t.name
		return 0, closed
	}
	if err == nil && t.errno != 0 {
		err = &net.OpError{Op: t.name, Net: c.LocalAddr().Network(), Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: os.NewSyscallError(t.name, t.errno)}
	}
	if err != nil {
		return 0, err
	}
	return t.n, nil
}

// transfer is a system call with a buffer, and its result.
type transfer struct {
	name  string
	buf   []byte
	n     int
	errno syscall.Errno
	call  func(fd uintptr) (done bool)
}

func (t *transfer) init(name string, number uintptr) {
	t.name = name
	t.call = func(fd uintptr) bool {
		n, _, errno := syscall.RawSyscall(number, fd, uintptr(unsafe.Pointer(unsafe.SliceData(t.buf))), uintptr(len(t.buf)))
		t.n, t.errno = int(n), errno
		return errno != unix.EAGAIN && errno != unix.EINTR
	}
}
