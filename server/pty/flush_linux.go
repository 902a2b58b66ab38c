package pty

import "golang.org/x/sys/unix"

// stalledBytes is how many unread bytes make it likely that the line discipline takes
// no more: it has room for 4095 (n_tty), and of a line that has not ended it does
// not tell.
const stalledBytes = 2048

// inputCount asks how much there is to read.
const inputCount = unix.TIOCINQ

// flushInput empties the buffer between the two sides of a pty and then the
// queue of the line discipline.
func flushInput(master, line int) error {
	if err := unix.IoctlSetInt(master, unix.TCFLSH, unix.TCOFLUSH); err != nil {
		return err
	}
	return unix.IoctlSetInt(line, unix.TCFLSH, unix.TCIFLUSH)
}
