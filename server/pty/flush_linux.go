package pty

import "golang.org/x/sys/unix"

// stalledBytes is the unread input from which on the line discipline may be full. It
// has room for 4095 bytes (n_tty), and bytes of an unfinished line are not counted.
const stalledBytes = 2048

// inputCount requests the number of bytes that can be read.
const inputCount = unix.TIOCINQ

// flushInput empties the buffer between the two sides of a pty, and then the queue of
// the line discipline.
func flushInput(master, line int) error {
	if err := unix.IoctlSetInt(master, unix.TCFLSH, unix.TCOFLUSH); err != nil {
		return err
	}
	return unix.IoctlSetInt(line, unix.TCFLSH, unix.TCIFLUSH)
}
