//go:build !windows

package probe

import (
	"errors"
	"syscall"
)

// isForbidden reports whether the system did not send a datagram because of its firewall's
// rules for output: EPERM of Linux, EACCES of BSD.
func isForbidden(err error) bool {
	return errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES)
}

// refusalOf returns the kind of ICMP error in an error of a socket. ok is false if there is
// none.
func refusalOf(err error) (kind RefusalKind, ok bool) {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return PortUnreachable, true
	case errors.Is(err, syscall.EHOSTUNREACH):
		return HostUnreachable, true
	case errors.Is(err, syscall.ENETUNREACH):
		return NetUnreachable, true
	case errors.Is(err, syscall.EACCES):
		return Prohibited, true
	}
	return "", false
}
