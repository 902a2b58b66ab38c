// Package route chooses the path of a session: UDP to one of the host's addresses, or
// the pipe through the SSH connection (protocol, section 3). It is passed the time,
// events and the measurements of the transport, and returns what its caller does with
// sockets, probes and logins. It does no I/O and reads no clock.
//
// The [Chooser] sends everything on all paths until one of them has answered, prefers
// UDP once it has carried a large datagram, and races the paths again when the
// preferred one is silent.
package route
