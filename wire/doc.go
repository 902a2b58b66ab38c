// Package wire is mosh's protocol, version 2: the state synchronization
// protocol of the mosh paper over sealed datagrams.
//
//	Object       what is synchronized (package wire/state)
//	Transport    numbered states, diffs, acknowledgements
//	Instruction  one diff with its numbers (protobuf)
//	Fragment     a piece of a compressed instruction
//	Datagram     sequence number, timestamps, AES-128-OCB3
//
// Nothing here reads a clock or a socket. A [Transport] is given the time and
// the datagrams, and gives datagrams and the time of its next deadline. Sockets
// are in wire/udp, a simulated bad network in wire/simnet.
package wire
