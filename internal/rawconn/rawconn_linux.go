package rawconn

import (
	"net"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// conn writes by raw system calls. They do not block: the socket is waited for in the
// runtime's poller.
type conn struct {
	net.Conn
	raw   syscall.RawConn
	buf   []byte
	n     int
	errno syscall.Errno
	write func(fd uintptr) (done bool) // writes buf
}

// New returns a connection that writes as c does. Write may be called by one goroutine at
// a time. A connection without a descriptor is returned as it is.
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
	r.write = func(fd uintptr) bool {
		n, _, errno := syscall.RawSyscall(unix.SYS_WRITE, fd, uintptr(unsafe.Pointer(unsafe.SliceData(r.buf))), uintptr(len(r.buf)))
		r.n, r.errno = int(n), errno
		return errno != unix.EAGAIN && errno != unix.EINTR
	}
	return r
}

// SyscallConn is that of [net.TCPConn] and its like.
func (c *conn) SyscallConn() (syscall.RawConn, error) { return c.raw, nil }

// Write returns the errors of package net.
func (c *conn) Write(b []byte) (written int, err error) {
	defer func() { c.buf = nil }()
	for written < len(b) {
		c.buf = b[written:]
		if err := c.raw.Write(c.write); err != nil {
			if e, ok := err.(*net.OpError); ok {
				e.Op = "write"
			}
			return written, err
		}
		if c.errno != 0 {
			return written, &net.OpError{Op: "write", Net: c.LocalAddr().Network(), Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: os.NewSyscallError("write", c.errno)}
		}
		written += c.n
	}
	return written, nil
}
