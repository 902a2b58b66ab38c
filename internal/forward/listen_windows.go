package forward

import (
	"os"
	"syscall"
)

// socketMode returns nil: the directory's access list holds for the socket.
func socketMode(os.FileMode) func(network, address string, c syscall.RawConn) error { return nil }
