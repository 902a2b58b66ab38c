//go:build unix

// Package port shares one UDP port among the sessions of a user, without a process of its
// own (protocol, section 14.3). Each session has the socket and sends on it; one of them,
// which holds a lock, reads it and passes datagrams to the others by their routes. When
// that one ends, however it does, another goes on.
package port
