// Package datagram is the layer below the state protocol: payloads in sealed
// and numbered datagrams, and the round trip time, loss and size of the way
// between the two ends. It reads no clock and no socket.
package datagram
