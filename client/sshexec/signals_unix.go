//go:build unix

package sshexec

import (
	"os"

	"golang.org/x/sys/unix"
)

// brokenPipe is the signal of a write to a pipe that nothing reads.
var brokenPipe = []os.Signal{unix.SIGPIPE}
