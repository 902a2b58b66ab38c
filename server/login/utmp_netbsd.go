package login

import (
	"os"
	"os/user"
	"time"

	"gm/server/pty"
)

// utmpUpdate writes utmpx for the owner of a terminal. pututxline(3) runs it for a
// caller without the privilege (utmp_update(8)).
const utmpUpdate = "/usr/libexec/utmp_update"

func addUtmp(p *pty.Program, host string) { updateUtmp(p, userProcess, host) }

func removeUtmp(p *pty.Program) { updateUtmp(p, deadProcess, "") }

func updateUtmp(p *pty.Program, kind uint16, host string) {
	u, err := user.Current()
	if err != nil {
		return
	}
	e := utmpx{user: u.Username, line: p.Line(), host: host, kind: kind, pid: os.Getpid(), at: time.Now()}
	runUtmpHelper(utmpUpdate, p, e.encode(8))
}
