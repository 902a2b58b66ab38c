//go:build !windows

package known

import (
	"path/filepath"
	"syscall"
)

// nonblocking keeps the opening of a FIFO from waiting for a writer.
const nonblocking = syscall.O_NONBLOCK

// stateDirectory returns the directory for the state of programs (XDG Base Directory
// Specification), or a relative path without a home.
func stateDirectory(lookup func(string) (string, bool)) string {
	if dir := variable(lookup, "XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(variable(lookup, "HOME"), ".local", "state")
}
