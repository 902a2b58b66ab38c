//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package pty

import "golang.org/x/sys/unix"

// stalledBytes is how many unread bytes make it likely that the line discipline takes
// no more: it has room for 1024 at the least (TTYHOG), and of a line that has not
// ended it does not tell.
const stalledBytes = 512

// inputCount is FIONREAD, which asks how much there is to read.
const inputCount = 0x4004667f

// inputSide is FREAD: the queue that TIOCFLUSH empties.
const inputSide = 1

// flushInput empties the queue of the line discipline.
func flushInput(_, line int) error {
	return unix.IoctlSetPointerInt(line, unix.TIOCFLUSH, inputSide)
}
