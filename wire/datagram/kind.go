package datagram

import "errors"

// Kind is the first byte of a payload. A fragment needs no byte for it: it begins
// with the 8-byte id of its instruction, whose first byte is 0, because a key
// seals at most 2^47 blocks and so fewer than 2^56 instructions.
//
// mosh knows fragments only. A payload of another kind is sent only after both
// ends have agreed on the extension "paths" or "streams" (protocol, sections 11.11 and
// 11.14); an end that does not know the kind ignores the payload.
type Kind byte

const (
	KindFragment Kind = iota // a fragment of an instruction (package wire)
	KindCopy                 // this byte and a fragment that is sent on other paths too
	KindProbe                // requests a reply on the same path
	KindReply                // answers a probe
	KindStreams              // this byte and a packet of streams (package stream)
)

var errUnknownKind = errors.New("payload is of an unknown kind")

func kindOf(payload []byte) Kind { return Kind(payload[0]) }
