package login

import "gm/server/pty"

// ulogHelper writes utmpx for the owner of a pty. ulog_login_pseudo(3) runs it.
const ulogHelper = "/usr/libexec/ulog-helper"

func addUtmp(p *pty.Program, host string) { runUtmpHelper(ulogHelper, p, "login", host) }

func removeUtmp(p *pty.Program) { runUtmpHelper(ulogHelper, p, "logout") }
