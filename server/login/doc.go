// Package login records the clients of a session with the system, as a login does: in
// utmp and in the system's log. It also makes the greeting of a login shell.
package login
