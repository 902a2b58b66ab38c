//go:build unix

// Package port shares one UDP port among the sessions of a user, without a process of its
// own (protocol, section 14.3). All sessions have the socket and send on it. The one that
// holds a lock reads it and passes datagrams to the others by their routes. When it ends,
// even killed, another takes its place.
package port
