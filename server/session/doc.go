// Package session is a session of the server: the protocol, the terminal with its
// program, and the timers. It does no I/O and reads no clock. A [Session] is told
// of events and the time, and asks its [Host] for everything that it cannot do
// itself, so its tests run in virtual time.
package session
