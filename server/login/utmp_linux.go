package login

import (
	"path/filepath"

	"gm/server/pty"
)

// addUtmp sets the entry of the program's terminal in utmp. utempter's helper has the
// privilege to write it, and serves the owner of a pty.
func addUtmp(p *pty.Program, host string) { runUtmpHelper(utempter(), p, "add", host) }

func removeUtmp(p *pty.Program) { runUtmpHelper(utempter(), p, "del") }

// utempter returns the path of the helper, which differs between distributions; empty
// if there is none. The last pattern is Debian's.
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
