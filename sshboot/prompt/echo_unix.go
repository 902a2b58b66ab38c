//go:build unix

package prompt

import (
	"golang.org/x/sys/unix"

	"gm/internal/termios"
)

// echoOff turns off the terminal's echo and keeps canonical mode.
func echoOff(fd int) error {
	t, err := termios.Get(fd)
	if err != nil {
		return err
	}
	t.Lflag &^= unix.ECHO
	return termios.Set(fd, t)
}
