package control

import (
	"fmt"
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

// The verbs of requests.
const (
	VerbStatus = "status" // asks for the session's status
	VerbAttach = "attach" // asks for a seat
	VerbDetach = "detach" // detaches all clients
	VerbKill   = "kill"   // ends the session
	VerbRelay  = "relay"  // makes the connection a pipe for datagrams
)

// Request is a message to a session. A connection carries one.
type Request struct {
	Version int    // of the sender's protocol; AppendFrame replaces 0 by Version
	Verb    string // at most 32 bytes
	// Attach has the particulars of VerbAttach; nil with another verb.
	Attach *AttachRequest
	// By and From name the client that asks, as "user@host" and as an address. Both
	// may be empty.
	By, From string
}

// AttachRequest is a request for a seat in a session.
type AttachRequest struct {
	Extensions []string // the requested ones
	Role       Role
	Size       SizePolicy
	// Bind is the address that the session must listen on, as text; empty for any.
	Bind string
	// Ports is the port or the range of ports for a further socket, in the form of
	// the server's option -p; empty for the default.
	Ports string
	// Inside is the ID of the session in which the client runs; empty if it runs in none.
	Inside string
	// Pipe requests that the connection becomes a pipe for the client's datagrams.
	Pipe bool
	// History is the number of lines of the history that the client wants; 0 for the default.
	History int
}

// Role is the part that a client has in a session. Unknown values are kept, and a session
// refuses them.
type Role uint8

const (
	TakeOver Role = iota // the other clients are detached
	Share                // types, beside the others
	ReadOnly             // sees only
)

// SizePolicy is the choice of the client whose window sets the size of a session's
// terminal. Unknown values are kept, and count as SizeKeep.
type SizePolicy uint8

const (
	SizeKeep     SizePolicy = iota // the policy stays as it is
	SizeLatest                     // the client that typed last
	SizeSmallest                   // the smallest columns and rows of all
	SizeLargest                    // the largest
)

// The words for roles and policies on command lines, in the order of their values.
var (
	roleWords   = [...]string{"take-over", "share", "read-only"}
	policyWords = [...]string{"keep", "latest", "smallest", "largest"}
)

// String returns the word for the role, or "role 7" for an unknown one.
func (r Role) String() string { return word(roleWords[:], "role", int(r)) }

// String returns the word for the policy, or "size 7" for an unknown one.
func (p SizePolicy) String() string { return word(policyWords[:], "size", int(p)) }

// ParseRole returns the role with a word, and reports whether there is one.
func ParseRole(text string) (role Role, ok bool) {
	i, ok := indexOf(roleWords[:], text)
	return Role(i), ok
}

// ParseSizePolicy returns the policy with a word, and reports whether there is one.
func ParseSizePolicy(text string) (policy SizePolicy, ok bool) {
	i, ok := indexOf(policyWords[:], text)
	return SizePolicy(i), ok
}

func word(words []string, kind string, i int) string {
	if i < len(words) {
		return words[i]
	}
	return fmt.Sprintf("%s %d", kind, i)
}

func indexOf(words []string, text string) (int, bool) {
	for i, w := range words {
		if w == text {
			return i, true
		}
	}
	return 0, false
}

// maxVerb is the longest verb, in bytes.
const maxVerb = 32

// Fields of the messages Request and Attach. The first two never change.
const (
	fieldRequestVersion protowire.Number = 1
	fieldRequestVerb    protowire.Number = 2
	fieldRequestAttach  protowire.Number = 3
	fieldRequestBy      protowire.Number = 4
	fieldRequestFrom    protowire.Number = 5

	fieldAttachExtension  protowire.Number = 1
	fieldAttachRole       protowire.Number = 2
	fieldAttachSizePolicy protowire.Number = 3
	fieldAttachBind       protowire.Number = 4
	fieldAttachPorts      protowire.Number = 5
	fieldAttachInside     protowire.Number = 6
	fieldAttachPipe       protowire.Number = 7
	fieldAttachHistory    protowire.Number = 8
)

// AppendFrame appends the frame of r to dst.
func (r Request) AppendFrame(dst []byte) []byte { return appendFrame(dst, r.append) }

func (r Request) append(dst []byte) []byte {
	dst = appendInt(dst, fieldRequestVersion, versionOr(r.Version))
	dst = protofield.AppendLine(dst, fieldRequestVerb, r.Verb, maxVerb)
	if r.Attach != nil {
		at := len(dst)
		dst = protofield.Enclose(r.Attach.append(dst), at, fieldRequestAttach)
	}
	dst = protofield.AppendLine(dst, fieldRequestBy, r.By, maxText)
	return protofield.AppendLine(dst, fieldRequestFrom, r.From, maxText)
}

func versionOr(version int) int {
	if version == 0 {
		return Version
	}
	return version
}

func (a *AttachRequest) append(dst []byte) []byte {
	dst = appendExtensions(dst, fieldAttachExtension, a.Extensions)
	dst = appendUint(dst, fieldAttachRole, uint64(a.Role))
	dst = appendUint(dst, fieldAttachSizePolicy, uint64(a.Size))
	dst = protofield.AppendLine(dst, fieldAttachBind, a.Bind, maxText)
	dst = protofield.AppendLine(dst, fieldAttachPorts, a.Ports, maxText)
	dst = protofield.AppendLine(dst, fieldAttachInside, a.Inside, maxText)
	dst = appendFlag(dst, fieldAttachPipe, a.Pipe)
	return appendInt(dst, fieldAttachHistory, a.History)
}

// ParseRequest parses the message of a frame. It fails if the message is malformed or has
// no version. An unknown verb is not an error; [UnknownVerb] answers it.
func ParseRequest(message []byte) (r Request, err error) {
	err = eachField(message, func(f field) error {
		switch {
		case f.Is(fieldRequestVersion, protowire.VarintType):
			r.Version = f.number(maxNumber)
		case f.Is(fieldRequestVerb, protowire.BytesType):
			r.Verb = f.text(maxVerb)
		case f.Is(fieldRequestAttach, protowire.BytesType):
			r.Attach = new(AttachRequest)
			return r.Attach.parse(f.Bytes)
		case f.Is(fieldRequestBy, protowire.BytesType):
			r.By = f.text(maxText)
		case f.Is(fieldRequestFrom, protowire.BytesType):
			r.From = f.text(maxText)
		}
		return nil
	})
	if err == nil && r.Version == 0 {
		err = errEmpty
	}
	if err != nil {
		return Request{}, err
	}
	return r, nil
}

func (a *AttachRequest) parse(message []byte) error {
	return eachField(message, func(f field) error {
		switch {
		case f.Is(fieldAttachExtension, protowire.BytesType):
			a.Extensions = addExtension(a.Extensions, f)
		case f.Is(fieldAttachRole, protowire.VarintType):
			a.Role = Role(f.number(maxByte))
		case f.Is(fieldAttachSizePolicy, protowire.VarintType):
			a.Size = SizePolicy(f.number(maxByte))
		case f.Is(fieldAttachBind, protowire.BytesType):
			a.Bind = f.text(maxText)
		case f.Is(fieldAttachPorts, protowire.BytesType):
			a.Ports = f.text(maxText)
		case f.Is(fieldAttachInside, protowire.BytesType):
			a.Inside = f.text(maxText)
		case f.Is(fieldAttachPipe, protowire.VarintType):
			a.Pipe = f.Varint != 0
		case f.Is(fieldAttachHistory, protowire.VarintType):
			a.History = f.number(maxNumber)
		}
		return nil
	})
}
