package client

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// flushOutput throws away what was written to a terminal and not taken by it. A
// write that waits is not woken by that.
func flushOutput(out *os.File) { unix.IoctlSetInt(int(out.Fd()), unix.TCFLSH, unix.TCOFLUSH) }

// openOutput opens a terminal anew, so that writing to it can be given up: with
// O_NONBLOCK, which must not be set in what is shared with the shell. A terminal
// that may not be opened, as it is another user's, is used as it is.
func openOutput(out *os.File) *os.File {
	f, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", out.Fd()), os.O_WRONLY|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return out
	}
	return f
}
