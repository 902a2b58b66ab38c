//go:build linux || darwin

package sshclient

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxUnsent is the number of bytes that wait in the socket of an SSH connection before
// they are sent for the first time. What is written behind them is late by as much.
const maxUnsent = 16 << 10

// limitUnsent sets TCP_NOTSENT_LOWAT. Without it the connection is slower to react, and no
// less correct, so that errors do not matter.
func limitUnsent(conn net.Conn) {
	if c, ok := conn.(syscall.Conn); ok {
		if raw, err := c.SyscallConn(); err == nil {
			raw.Control(func(fd uintptr) { unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, maxUnsent) })
		}
	}
}
