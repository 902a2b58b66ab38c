package client

import (
	"errors"
	"net"
	"strings"
	"syscall"

	"gm/wire/udp"
)

// sendErrorText returns the system's text for an error of sending a datagram. It is
// empty without an error, and for errors that are not the network's.
func sendErrorText(err error) string {
	switch {
	case err == nil, errors.Is(err, udp.ErrTooLong), errors.Is(err, net.ErrClosed):
		return ""
	case errors.Is(err, syscall.EPERM):
		return "operation not permitted, a firewall here forbids it"
	}
	text := err.Error()
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		text = errno.Error()
	}
	return strings.TrimRight(text, ".\r\n") // as Windows adds them
}
