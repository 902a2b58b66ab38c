//go:build unix && !linux && !solaris && !illumos && !aix

package sshboot

import "golang.org/x/sys/unix"

const getTermios = unix.TIOCGETA
