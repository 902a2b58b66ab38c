//go:build unix

package pty

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// Idle reports whether the program is in the foreground of the terminal, as a shell is that
// waits for a command, and no other process is in its session, as the command of a shell
// without job control is, or a job in the background. It is false if the system does not
// report that. It may run ps(1).
func (p *Program) Idle() bool {
	return p.foreground() == p.cmd.Process.Pid && p.alone()
}

// ForegroundName returns the name of the program in the foreground of the terminal, up
// to the length that the system records, of at least 15 bytes. It is empty if it is not
// known. It may run ps(1), and may be called in any goroutine.
func (p *Program) ForegroundName() string {
	group := p.foreground()
	if group <= 0 {
		return ""
	}
	return string(bytes.TrimSpace(processName(group)))
}

// foreground returns the foreground process group of the terminal; 0 if there is none
// or it is unknown.
func (p *Program) foreground() (group int) {
	p.Control(func(fd int) {
		if n, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP); err == nil {
			group = int32Of(n)
		}
	})
	return group
}

// int32Of returns the 32-bit number of a request such as TIOCGPGRP or FIONREAD. n is the
// result of unix.IoctlGetInt: a 64-bit kernel with the most significant byte first
// (s390x) writes the number to its upper half.
func int32Of(n int) int {
	if wide := int64(n); n != 0 && uint32(n) == 0 {
		return int(int32(wide >> 32))
	}
	return int(int32(n))
}
