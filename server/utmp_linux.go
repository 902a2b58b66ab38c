package server

import (
	"path/filepath"
	"syscall"
)

// addUtmp sets the line of the child's terminal in utmp, through utempter's
// helper, which has the privilege to write it and lets owners of a pty ask.
func addUtmp(c *child, host string) { runUtempter(utempter(), c, "add", host) }

// removeUtmp takes the line out again.
func removeUtmp(c *child) { runUtempter(utempter(), c, "del") }

// utempter finds the helper where distributions put it; empty if there is none.
// The last pattern is Debian's.
func utempter() string {
	for _, pattern := range []string{
		"/usr/lib/utempter/utempter",
		"/usr/libexec/utempter/utempter",
		"/usr/lib/*-linux-*/utempter/utempter",
	} {
		if paths, err := filepath.Glob(pattern); err == nil && len(paths) > 0 {
			return paths[0]
		}
	}
	return ""
}

// runUtempter runs the helper path, if it is not empty, with the pty's master side as
// its standard input and output: that says which line is meant. exec.Cmd would
// make the descriptor blocking.
func runUtempter(path string, c *child, args ...string) {
	if path == "" {
		return
	}
	c.control(func(fd int) {
		argv := append([]string{path}, args...)
		files := []uintptr{uintptr(fd), uintptr(fd)}
		if pid, err := syscall.ForkExec(path, argv, &syscall.ProcAttr{Files: files}); err == nil {
			syscall.Wait4(pid, nil, 0, nil)
		}
	})
}
