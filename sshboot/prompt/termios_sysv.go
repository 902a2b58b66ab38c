//go:build aix || linux || solaris

package prompt

import "golang.org/x/sys/unix"

// The requests of tcgetattr(3) and tcsetattr(3) on systems of the System V kind.
const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS
)
