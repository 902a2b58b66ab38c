// Package server is the program at the host's side: mosh-server, and "gm server new".
//
//	options   the command line (protocol, sections 10.1 and 10.2)
//	detach    starts the program again, detached from the terminal and the login
//	serve     the second process: from the handed-over socket to the session's end
//	loop      the goroutine that owns the session; feeders are the others
//
// It does the I/O of a [session.Session]. The program runs on a terminal of package pty,
// and package login records the client with the system.
package server
