//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package address

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// openEvents returns a socket that receives a message for each change of an address or a
// route (route(4)).
func openEvents() (io.ReadCloser, error) {
	fd, err := unix.Socket(unix.AF_ROUTE, unix.SOCK_RAW, unix.AF_UNSPEC)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(fd), "route"), nil
}
