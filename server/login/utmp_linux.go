package login

import (
	"os"
	"path/filepath"

	"gm/server/pty"
)

// addUtmp sets the entry of the program's terminal in utmp. utempter's helper has the
// privilege to write it, and serves the owner of a pty.
func addUtmp(p *pty.Program, host string) { runUtmpHelper(utempter(), p, "add", host) }

func removeUtmp(p *pty.Program) { runUtmpHelper(utempter(), p, "del") }

// utempter returns the path of the helper, which differs between distributions; empty
// if there is none. Debian has it in a directory of the architecture. A pattern for the
// whole path would read all names in that directory.
func utempter() string {
	dirs, _ := filepath.Glob("/usr/lib/*-linux-*") // the pattern is good
	for _, dir := range append([]string{"/usr/lib", "/usr/libexec"}, dirs...) {
		path := filepath.Join(dir, "utempter/utempter")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}
