//go:build !windows

package udp

import (
	"errors"
	"syscall"
)

// isPortTaken says that binding a port failed because somebody else has it.
func isPortTaken(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }

// IsRefusal reports whether an error of [Conn.Read] is an answer by ICMP that
// datagrams do not arrive: a closed port, or a host or a network that cannot be
// reached or is forbidden.
func IsRefusal(err error) bool {
	for _, errno := range []syscall.Errno{syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EACCES} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// isTooLong says that a datagram was not sent because of its length.
func isTooLong(err error) bool { return errors.Is(err, syscall.EMSGSIZE) }
