package server

import "path/filepath"

// addUtmp sets the line of the child's terminal in utmp, through utempter's
// helper, which has the privilege to write it and lets owners of a pty ask.
func addUtmp(c *child, host string) { runUtmpHelper(utempter(), c, "add", host) }

// removeUtmp takes the line out again.
func removeUtmp(c *child) { runUtmpHelper(utempter(), c, "del") }

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
