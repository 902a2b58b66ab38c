// Package simnet is a bad network.
//
// [Config] says how bad, and is read from words such as
// "rtt=500ms,loss=30%,jitter=20ms". [Link] is one direction of such a network,
// a pure model: it is told the time, and the same seed gives the same network
// again. [Relay] puts two Links between a client and a server on real sockets,
// and can be cut, restored and moved to another address.
package simnet
