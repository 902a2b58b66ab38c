// Package route chooses the path of a session: UDP to one of the host's addresses, or
// the pipe through the SSH connection (protocol, section 11.11). It is passed the time,
// events and the measurements of the transport, and returns decisions on the route,
// sockets, probes and logins. It does no I/O and reads no clock.
//
// A [Chooser] applies these rules, in this order:
//
//   - doubt.go: a path that owes an answer for too long is in doubt, and the paths race.
//   - race.go: the UDP path that answers first is used, IPv6 before IPv4.
//   - size.go: the largest datagram that passes on it is searched for.
//   - others.go: while it loses much, the other UDP paths are tried.
//   - verdict.go: SSH is preferred while UDP does not answer, passes no large datagrams or,
//     by comparison.go, is much worse. The session returns to UDP after a trial (trial.go).
//   - preferred.go: until the preferred path has answered, everything is sent on others too.
//   - pipe.go: the SSH connection is closed once UDP was good for a while.
//   - login.go: while nothing answers, the client logs in again.
package route
