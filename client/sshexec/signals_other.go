//go:build !unix

package sshexec

import "os"

// brokenPipe is a signal that is never delivered, because a failed write raises none.
var brokenPipe = []os.Signal{os.Kill}
