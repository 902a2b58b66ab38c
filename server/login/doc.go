// Package login records the clients of a session with the system, as a login does: in
// utmp, in the system's log, and in files that the user's other sessions read. It also
// makes the greeting of a login shell.
package login
