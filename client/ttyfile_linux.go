package client

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// flushOutput discards output that the terminal has not received. It does not end a
// blocked write.
func flushOutput(out *os.File) { unix.IoctlSetInt(int(out.Fd()), unix.TCFLSH, unix.TCOFLUSH) }

// openOutput opens the terminal again with O_NONBLOCK, so that a write to it has a
// deadline. The flag must not be set in the description that is shared with the shell.
// It returns out if the terminal cannot be opened, as one of another user.
func openOutput(out *os.File) *os.File {
	f, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", out.Fd()), os.O_WRONLY|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return out
	}
	return f
}
