package sshclient

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// retryEvenly makes the retransmission timeout of a connection with little data constant for
// six retries (Linux, tcp-thin.rst: TCP_THIN_LINEAR_TIMEOUTS). Keys that are lost several times come
// sooner. Errors do not matter: the connection is no less correct without.
func retryEvenly(conn net.Conn) {
	if c, ok := conn.(syscall.Conn); ok {
		if raw, err := c.SyscallConn(); err == nil {
			raw.Control(func(fd uintptr) { unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_THIN_LINEAR_TIMEOUTS, 1) })
		}
	}
}
