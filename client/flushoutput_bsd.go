//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package client

import (
	"os"

	"golang.org/x/sys/unix"
)

// outputSide is FWRITE: the queue that TIOCFLUSH empties.
const outputSide = 2

// flushOutput throws away what was written to a terminal and not taken by it.
func flushOutput(out *os.File) {
	unix.IoctlSetPointerInt(int(out.Fd()), unix.TIOCFLUSH, outputSide)
}

// openOutput returns out: flushOutput wakes a write that waits.
func openOutput(out *os.File) *os.File { return out }
