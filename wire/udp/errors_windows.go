package udp

import (
	"errors"

	"golang.org/x/sys/windows"
)

func isPortTaken(err error) bool {
	return errors.Is(err, windows.WSAEADDRINUSE) || errors.Is(err, windows.WSAEACCES)
}

// IsRefusal reports whether an error of [Conn.Read] is an ICMP message that
// datagrams do not arrive: a closed port, or an unreachable network.
func IsRefusal(err error) bool {
	return errors.Is(err, windows.WSAECONNRESET) || errors.Is(err, windows.WSAENETRESET)
}

func isTooLong(err error) bool { return errors.Is(err, windows.WSAEMSGSIZE) }
