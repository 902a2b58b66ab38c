package datagram

import "errors"

// Kind is what a payload is. It is the first byte of the payload and costs a
// fragment nothing: a fragment begins with the 8-byte id of its instruction,
// whose first byte is 0, because a key seals at most 2^47 blocks and so fewer
// than 2^56 instructions.
//
// mosh knows fragments only. A payload of another kind is sent only after both
// ends have agreed on the extension "paths" (protocol, section 11.11); an end that
// does not know the kind ignores the payload.
type Kind byte

const (
	KindFragment Kind = iota // a fragment of an instruction (package wire)
	KindCopy                 // a fragment, after this byte, that is sent on other paths too
	KindProbe                // asks for a reply on the same path
	KindReply                // answers a probe
)

// errUnknownKind reports a payload that was ignored.
var errUnknownKind = errors.New("payload is of an unknown kind")

func kindOf(payload []byte) Kind { return Kind(payload[0]) }
