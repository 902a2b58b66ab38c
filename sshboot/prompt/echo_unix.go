//go:build unix

package prompt

import "golang.org/x/sys/unix"

// echoOff turns the terminal's echo off, and leaves it a terminal of lines.
func echoOff(fd int) error {
	t, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return err
	}
	t.Lflag &^= unix.ECHO
	return unix.IoctlSetTermios(fd, setTermios, t)
}
