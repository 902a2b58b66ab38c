// Package netlab provides a bad network for whole programs: two hosts, each a network
// namespace of Linux, and between them a wire that carries IP, thus TCP and UDP. A
// [gm/wire/simnet] Config sets the quality of the wire.
//
// Each host has a TUN device. This process reads its packets, passes them to a
// simnet.Link, and writes them to the other device when the link delivers them. That
// needs no netem in the kernel, but it needs root; [New] returns an error otherwise.
//
// The network has no name outside of the process, and it ends with the process.
package netlab
