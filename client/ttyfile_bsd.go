//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package client

import (
	"os"

	"golang.org/x/sys/unix"
)

// outputSide is FWRITE, which selects the output queue for TIOCFLUSH.
const outputSide = 2

// flushOutput discards output that the terminal has not received.
func flushOutput(out *os.File) {
	unix.IoctlSetPointerInt(int(out.Fd()), unix.TIOCFLUSH, outputSide)
}

// openOutput returns out: flushOutput ends a blocked write.
func openOutput(out *os.File) *os.File { return out }

// openInput returns in: kqueue does not support every terminal.
func openInput(in *os.File) keySource { return in }

func writesAtOnce(output, out *os.File) func(p []byte) (n int, err error) { return nil }
