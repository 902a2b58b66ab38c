//go:build aix || linux || solaris

package termios

import "golang.org/x/sys/unix"

// The requests of tcgetattr(3) and tcsetattr(3) on systems of the System V kind.
const (
	getRequest = unix.TCGETS
	setRequest = unix.TCSETS
)
