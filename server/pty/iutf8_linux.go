package pty

import (
	"os"

	"golang.org/x/sys/unix"
)

// setUTF8 tells the line discipline that characters are UTF-8, so that it
// erases whole ones.
func setUTF8(tty *os.File) error {
	t, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		return os.NewSyscallError("tcgetattr", err)
	}
	t.Iflag |= unix.IUTF8
	return os.NewSyscallError("tcsetattr", unix.IoctlSetTermios(int(tty.Fd()), unix.TCSETS, t))
}
