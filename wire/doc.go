// Package wire is mosh's protocol, version 2: the state synchronization
// protocol of the mosh paper over sealed datagrams.
//
//	Object       a synchronized state (package wire/state)
//	Transport    numbered states, diffs, acknowledgements
//	instruction  one diff with its numbers (protobuf)
//	fragment     a piece of a compressed instruction
//	datagram     sequence number, timestamps, AES-128-OCB3 (package wire/datagram)
//
// The protocol reads no clock and has no socket. The caller of a [Transport]
// passes the time and the datagrams received, and gets datagrams to send and the
// time of the next deadline. Sockets are in wire/udp, a simulated bad network in
// wire/simnet. doc/protocol.md is the specification.
package wire
