package client

import (
	"errors"
	"net"
	"strings"
	"syscall"

	"gm/wire/udp"
)

// sendErrorText says why a datagram could not be sent, in the system's words; empty
// if it could, or if it is not the network's fault.
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
	return strings.TrimRight(text, ".\r\n") // Windows ends a sentence
}
