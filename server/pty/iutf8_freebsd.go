package pty

import (
	"os"

	"golang.org/x/sys/unix"
)

// utf8Input is IUTF8 of FreeBSD 14 (termios(4)): whole characters are erased. Older
// kernels clear the bit, and unix does not name it yet.
const utf8Input = 0x4000

// setUTF8 makes the line discipline erase whole characters, if it can.
func setUTF8(tty *os.File) error {
	t, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TIOCGETA)
	if err != nil {
		return os.NewSyscallError("tcgetattr", err)
	}
	t.Iflag |= utf8Input
	return os.NewSyscallError("tcsetattr", unix.IoctlSetTermios(int(tty.Fd()), unix.TIOCSETA, t))
}
