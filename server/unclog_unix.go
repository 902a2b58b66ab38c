//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package server

import (
	"os"

	"golang.org/x/sys/unix"
)

// unclog throws away the input that the program has not read, as an interrupt
// would do, if there is so much that an interrupt would not be seen. It says
// whether it has done so.
func (c *child) unclog() (done bool) {
	tty, err := os.OpenFile(c.line, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer tty.Close()
	c.control(func(master int) {
		t, err := unix.IoctlGetTermios(master, getTermios)
		if err != nil || t.Lflag&unix.NOFLSH != 0 {
			return
		}
		line := int(tty.Fd())
		if n, err := unix.IoctlGetInt(line, inputCount); err == nil && n >= clogged {
			done = discardInput(master, line) == nil
		}
	})
	return done
}
