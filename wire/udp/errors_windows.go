package udp

import (
	"errors"

	"golang.org/x/sys/windows"
)

// isPortTaken says that binding a port failed because somebody else has it, or
// the system keeps it for somebody (WSAEACCES).
func isPortTaken(err error) bool {
	return errors.Is(err, windows.WSAEADDRINUSE) || errors.Is(err, windows.WSAEACCES)
}

// IsRefusal reports whether an error of [Conn.Read] is an answer by ICMP that
// datagrams do not arrive: a closed port, or a network that cannot be reached.
func IsRefusal(err error) bool {
	return errors.Is(err, windows.WSAECONNRESET) || errors.Is(err, windows.WSAENETRESET)
}

// isTooLong says that a datagram was not sent because of its length.
func isTooLong(err error) bool { return errors.Is(err, windows.WSAEMSGSIZE) }
