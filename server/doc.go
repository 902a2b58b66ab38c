// Package server is the program at the host's side: mosh-server, and "gm server VERB".
//
//	options   the command line (protocol, sections 10.1 and 10.2)
//	server    the first process: begins a session, or enters the one with the name
//	detach    starts the program again, detached from the terminal and the login
//	serve     the second process: from the handed-over socket to the session's end
//	loop      the goroutine that owns the session; feeders are the others
//	control   requests to a running session, and seat, the answer to one to enter it
//	runverb   the processes that make such requests: attach, ls, detach and kill
//
// It does the I/O of a [session.Session]. The program runs on a terminal of package pty,
// package registry has the session's socket for requests, and package login records the
// client with the system.
package server
