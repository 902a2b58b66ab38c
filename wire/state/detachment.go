package state

import (
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

// Detachment is the reason why the server detaches a client from a session that goes
// on. It is sent with [ExtSessions] in the client's last screen (protocol, section
// 11.10). The zero Detachment belongs to an attached client.
type Detachment struct {
	Reason DetachReason
	// By and From name the client that caused it, as "user@host" and as an address.
	// Each is one line of at most maxReason bytes and may be empty.
	By, From string
}

// DetachReason is the cause of a Detachment. Unknown values count as DetachedByCommand.
type DetachReason uint8

const (
	DetachNone        DetachReason = iota
	DetachedTakenOver              // another client has entered the session
	DetachedByCommand              // the user has run "gm detach"
	detachReasonEnd
)

// Fields of the message Detachment.
const (
	fieldDetachReason protowire.Number = 1
	fieldDetachBy     protowire.Number = 2
	fieldDetachFrom   protowire.Number = 3
)

func (d Detachment) normalized() Detachment {
	if d.Reason == DetachNone || d.Reason >= detachReasonEnd {
		d.Reason = DetachedByCommand
	}
	d.By, d.From = protofield.Line(d.By, maxReason), protofield.Line(d.From, maxReason)
	return d
}

func appendDetachment(dst []byte, d Detachment) []byte {
	at := len(dst)
	d = d.normalized()
	dst = protofield.AppendUint(dst, fieldDetachReason, uint64(d.Reason))
	dst = protofield.AppendLine(dst, fieldDetachBy, d.By, maxReason)
	dst = protofield.AppendLine(dst, fieldDetachFrom, d.From, maxReason)
	return protofield.Enclose(protofield.Enclose(dst, at, kindDetachment), at, fieldInstruction)
}

func parseDetachment(message []byte) (Detachment, error) {
	reason, err := value(message, fieldDetachReason, protowire.VarintType)
	if err != nil {
		return Detachment{}, err
	}
	by, err := value(message, fieldDetachBy, protowire.BytesType)
	if err != nil {
		return Detachment{}, err
	}
	from, err := value(message, fieldDetachFrom, protowire.BytesType)
	d := Detachment{Reason: DetachReason(min(reason.Varint, uint64(detachReasonEnd))), By: string(by.Bytes), From: string(from.Bytes)}
	return d.normalized(), err
}
