//go:build unix

// Package termios reads and sets the attributes of terminals, by the requests that
// each system has for tcgetattr(3) and tcsetattr(3).
package termios

import "golang.org/x/sys/unix"

// Get returns the attributes of the terminal fd.
func Get(fd int) (*unix.Termios, error) { return unix.IoctlGetTermios(fd, getRequest) }

// Set sets the attributes of the terminal fd at once (TCSANOW).
func Set(fd int, t *unix.Termios) error { return unix.IoctlSetTermios(fd, setRequest, t) }
