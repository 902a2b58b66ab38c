// Package probe measures UDP between this machine and a host, in both directions, and finds
// the reason if it does not work. The protocol is that of package wire/probe.
//
// A run has three stages. First each address of the host gets short datagrams, of which
// loss and round trip are counted, and some of each longer size. The host reports what
// arrives over SSH, so that each direction is known for itself. Then each address from
// which nothing came back gets a burst. Both ends read how many packets their systems have
// dropped since it began (package internal/ipcount), and in a time of that length after it,
// for those of others. A firewall on the host drops what was received there; one in between
// has it never get there. Meanwhile further sockets are silent for a time, after which the
// host replies, to find for how long a NAT or a firewall keeps their mapping.
//
// The measuring (prober) has neither clock nor sockets, and the classification
// ([Report.Findings]) is a pure function.
package probe
