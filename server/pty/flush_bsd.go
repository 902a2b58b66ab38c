//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package pty

import "golang.org/x/sys/unix"

// stalledBytes is the unread input from which on the line discipline may be full. It
// has room for at least 1024 bytes (TTYHOG), and bytes of an unfinished line are not
// counted.
const stalledBytes = 512

const (
	inputCount = 0x4004667f // FIONREAD: the number of bytes that can be read
	inputSide  = 1          // FREAD: the queue that TIOCFLUSH empties
)

func flushInput(_, line int) error {
	return unix.IoctlSetPointerInt(line, unix.TIOCFLUSH, inputSide)
}
