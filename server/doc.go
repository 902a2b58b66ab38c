// Package server is the program at the host's side: mosh-server, and what
// stands behind "gm server new".
//
//	options   the command line (mosh-protocol, section 10)
//	detach    the program starts itself again, out of reach of the terminal
//	session   the protocol, the terminal and the timers, without I/O
//	loop      the one goroutine that owns the session, and those that feed it
//	child     the pty and the program in it
//
// A [session] is told what happened and when, and asks its host for what it
// cannot do itself; it reads no clock, so its tests run in virtual time. The
// loop is its host in the real program.
package server
