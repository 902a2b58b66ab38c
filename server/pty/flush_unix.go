//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package pty

import (
	"os"

	"golang.org/x/sys/unix"

	"gm/internal/termios"
)

// FlushStalledInput discards the input that the program has not read, as an interrupt
// does, if there are at least stalledBytes of it: the line discipline may then be too
// full to see the interrupt. It does nothing with NOFLSH. It reports whether it has
// discarded the input.
func (p *Program) FlushStalledInput() (done bool) {
	tty, err := os.OpenFile(p.line, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer tty.Close()
	p.Control(func(master int) {
		t, err := termios.Get(master)
		if err != nil || t.Lflag&unix.NOFLSH != 0 {
			return
		}
		line := int(tty.Fd())
		if n, err := unix.IoctlGetInt(line, inputCount); err == nil && int32Of(n) >= stalledBytes {
			done = flushInput(master, line) == nil
		}
	})
	return done
}
