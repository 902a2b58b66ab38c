//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package termios

import "golang.org/x/sys/unix"

// The requests of tcgetattr(3) and tcsetattr(3) on the BSDs.
const (
	getRequest = unix.TIOCGETA
	setRequest = unix.TIOCSETA
)
