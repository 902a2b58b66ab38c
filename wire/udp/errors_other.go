//go:build !windows

package udp

import (
	"errors"
	"syscall"
)

// isPortTaken says that binding a port failed because somebody else has it.
func isPortTaken(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }

// isTooLong says that a datagram was not sent because of its length.
func isTooLong(err error) bool { return errors.Is(err, syscall.EMSGSIZE) }
