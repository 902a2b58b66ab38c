//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package prompt

import "golang.org/x/sys/unix"

// The requests of tcgetattr(3) and tcsetattr(3) on the BSDs.
const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)
