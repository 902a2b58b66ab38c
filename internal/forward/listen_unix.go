//go:build unix

package forward

import (
	"os"
	"syscall"
)

// socketMode returns a function that sets the mode of a Unix socket before it is bound, so that
// it never has a wider one. Systems other than Linux ignore it.
func socketMode(mode os.FileMode) func(network, address string, c syscall.RawConn) error {
	return func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { syscall.Fchmod(int(fd), uint32(mode)) })
	}
}
