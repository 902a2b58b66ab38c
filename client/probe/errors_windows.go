package probe

import (
	"errors"

	"golang.org/x/sys/windows"
)

// isForbidden reports whether the system did not send a datagram because of its firewall.
func isForbidden(err error) bool { return errors.Is(err, windows.WSAEACCES) }

// refusalOf returns the kind of ICMP error in an error of a socket. ok is false if there is
// none.
func refusalOf(err error) (kind RefusalKind, ok bool) {
	switch {
	case errors.Is(err, windows.WSAECONNRESET):
		return PortUnreachable, true
	case errors.Is(err, windows.WSAENETRESET):
		return NetUnreachable, true
	}
	return "", false
}
