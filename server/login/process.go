//go:build unix

package login

import "syscall"

// processAlive says that one of the user's own processes has this pid.
func processAlive(pid int) bool { return syscall.Kill(pid, 0) == nil }
