// Package simnet simulates a bad network.
//
// A [Config] describes it and is parsed from words such as
// "rtt=500ms,loss=30%,jitter=20ms". A [Link] is one direction of such a network, a
// pure model: its caller passes the time, and the same seed makes the same network
// again. A [Relay] puts two Links between a client and a server on real sockets,
// and can be cut, restored and moved to another address.
package simnet
