package login

import (
	"gm/server/pty"
	"path/filepath"
)

// addUtmp sets the line of the program's terminal in utmp, through utempter's
// helper, which has the privilege to write it and lets owners of a pty ask.
func addUtmp(p *pty.Program, host string) { runUtmpHelper(utempter(), p, "add", host) }

// removeUtmp takes the line out again.
func removeUtmp(p *pty.Program) { runUtmpHelper(utempter(), p, "del") }

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
