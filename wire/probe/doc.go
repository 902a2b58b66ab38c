// Package probe is the protocol by which "gm doctor" measures UDP between a client and a
// host. Like package wire, it reads no clock and has no socket.
//
// The host's side is the program "gm server probe", which the client starts over SSH. Its
// standard streams carry frames (package wire/pipe) of one Message each. Its first one, a
// Hello, has the UDP port and a new key. The program ends with its standard input.
//
// Datagrams are those of a session (package wire/datagram), sealed with that key and
// numbered with identifiers (protocol, section 11.12), so that firewalls and a port that
// sessions share treat them as those of a session. Their payload is
//
//	kind[1] number[4] delay[4] padding
//
// with all numbers in network byte order:
//
//   - kind: KindFragment.
//   - number: chosen by the client, each for one Request.
//   - delay: in a Request, the milliseconds after which the host replies; 0xffffffff for no
//     reply. In a Reply it is 0, or 1 if the host sends it unasked.
//   - padding: zeros.
//
// The host reports each Request that arrives in an Arrival, and replies to it once, with a
// datagram of the same length, to the address that it came from. It answers nothing else:
// neither a datagram that is not sealed with the key, nor a replayed one, as each number
// counts once. Unasked it sends to the address from which the
// client logged in by SSH, and to no other: MaxUnasked short datagrams at most. The
// number of datagrams and the time of a run have limits too.
package probe
