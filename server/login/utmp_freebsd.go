package login

import "gm/server/pty"

// ulogHelper writes utmpx for the owner of a pty: it is what ulog_login_pseudo(3)
// runs.
const ulogHelper = "/usr/libexec/ulog-helper"

// addUtmp sets the line of the program's terminal in utmpx.
func addUtmp(p *pty.Program, host string) { runUtmpHelper(ulogHelper, p, "login", host) }

// removeUtmp takes the line out again.
func removeUtmp(p *pty.Program) { runUtmpHelper(ulogHelper, p, "logout") }
