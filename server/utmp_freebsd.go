package server

// ulogHelper writes utmpx for the owner of a pty: it is what ulog_login_pseudo(3)
// runs.
const ulogHelper = "/usr/libexec/ulog-helper"

// addUtmp sets the line of the child's terminal in utmpx.
func addUtmp(c *child, host string) { runUtmpHelper(ulogHelper, c, "login", host) }

// removeUtmp takes the line out again.
func removeUtmp(c *child) { runUtmpHelper(ulogHelper, c, "logout") }
