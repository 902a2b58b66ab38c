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

// isTooLong says that a datagram was not sent because of its length.
func isTooLong(err error) bool { return errors.Is(err, windows.WSAEMSGSIZE) }
