//go:build !windows

package udp

import (
	"errors"
	"syscall"
)

func isPortTaken(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }

// IsRefusal reports whether an error of [Conn.Read] is an ICMP message that
// datagrams do not arrive: a closed port, or a host or network that is unreachable
// or prohibited.
func IsRefusal(err error) bool {
	for _, errno := range []syscall.Errno{syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EACCES} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

func isTooLong(err error) bool { return errors.Is(err, syscall.EMSGSIZE) }
