package server

import (
	"os"
	"os/user"
	"time"
)

// utmpUpdate writes utmpx for the owner of a terminal: it is what pututxline(3)
// runs for a caller without the privilege (utmp_update(8)).
const utmpUpdate = "/usr/libexec/utmp_update"

// addUtmp sets the line of the child's terminal in utmpx.
func addUtmp(c *child, host string) { updateUtmp(c, userProcess, host) }

// removeUtmp takes the line out again.
func removeUtmp(c *child) { updateUtmp(c, deadProcess, "") }

func updateUtmp(c *child, kind uint16, host string) {
	u, err := user.Current()
	if err != nil {
		return
	}
	e := utmpx{user: u.Username, line: c.line, host: host, kind: kind, pid: os.Getpid(), at: time.Now()}
	runUtmpHelper(utmpUpdate, c, e.encode(8))
}
