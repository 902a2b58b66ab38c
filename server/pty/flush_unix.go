//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package pty

import (
	"os"

	"golang.org/x/sys/unix"
)

// FlushStalledInput throws away the input that the program has not read, as an interrupt
// would do, if there is so much that an interrupt would not be seen. It says
// whether it has done so.
func (p *Program) FlushStalledInput() (done bool) {
	tty, err := os.OpenFile(p.line, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer tty.Close()
	p.Control(func(master int) {
		t, err := unix.IoctlGetTermios(master, getTermios)
		if err != nil || t.Lflag&unix.NOFLSH != 0 {
			return
		}
		line := int(tty.Fd())
		if n, err := unix.IoctlGetInt(line, inputCount); err == nil && n >= stalledBytes {
			done = flushInput(master, line) == nil
		}
	})
	return done
}
