// Package netlab is a bad network for whole programs: two hosts of their own,
// each a network namespace of Linux, and between them a wire that carries IP, so
// TCP and UDP alike, and is as bad as a [gm/wire/simnet] Config says.
//
// Each host has a TUN device; what one sends is read by this process, given to a
// simnet.Link, and written to the other when the link says so. That needs no
// netem in the kernel, but it needs root: [New] says so.
//
// Nothing has a name outside of the process, and nothing is left when it ends,
// however it ends.
package netlab
