package control

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"gm/wire/datagram"
	"gm/wire/protofield"
)

// Response is a session's answer to a Request.
type Response struct {
	Version int // of the sender's protocol; AppendFrame replaces 0 by Version
	// Error is the reason why the request failed; empty if it succeeded. Hint is the
	// remedy, and may be empty. Each is one line of at most 500 bytes.
	Error, Hint string
	Status      *Status // after the request, or nil
	Seat        *Seat   // the answer to VerbAttach, or nil
	// Pipe reports that the connection stays open, and carries frames of package pipe in
	// both directions from here on.
	Pipe bool
}

// Seat is a place for one client in a session, which a session grants once.
type Seat struct {
	Port       uint16
	Key        datagram.Key // a new one
	Extensions []string     // the granted ones
}

// Fields of the messages Response and Seat. The first three never change.
const (
	fieldResponseVersion protowire.Number = 1
	fieldResponseError   protowire.Number = 2
	fieldResponseStatus  protowire.Number = 3
	fieldResponseHint    protowire.Number = 4
	fieldResponseSeat    protowire.Number = 5
	fieldResponsePipe    protowire.Number = 6

	fieldSeatPort      protowire.Number = 1
	fieldSeatKey       protowire.Number = 2
	fieldSeatExtension protowire.Number = 3
)

// UnknownVerb returns the answer to a request with a verb that the session does not know.
func UnknownVerb(verb string) Response {
	return Response{
		Error: fmt.Sprintf("the session's server does not know %q (version %d of the local protocol)", protofield.Line(verb, maxVerb), Version),
		Hint:  "the session was begun by another version of gm",
	}
}

// AppendFrame appends the frame of r to dst. A dst with capacity for MaxFrame bytes is
// not reallocated, so that clearing it wipes the key.
func (r Response) AppendFrame(dst []byte) []byte { return appendFrame(dst, r.append) }

func (r Response) append(dst []byte) []byte {
	dst = appendInt(dst, fieldResponseVersion, versionOr(r.Version))
	dst = protofield.AppendLine(dst, fieldResponseError, r.Error, maxError)
	if r.Status != nil {
		at := len(dst)
		dst = protofield.Enclose(r.Status.append(dst), at, fieldResponseStatus)
	}
	dst = protofield.AppendLine(dst, fieldResponseHint, r.Hint, maxError)
	if r.Seat != nil {
		at := len(dst)
		dst = protofield.Enclose(r.Seat.append(dst), at, fieldResponseSeat)
	}
	return appendFlag(dst, fieldResponsePipe, r.Pipe)
}

func (s *Seat) append(dst []byte) []byte {
	dst = appendUint(dst, fieldSeatPort, uint64(s.Port))
	dst = protowire.AppendTag(dst, fieldSeatKey, protowire.BytesType)
	dst = protowire.AppendBytes(dst, s.Key[:])
	return appendExtensions(dst, fieldSeatExtension, s.Extensions)
}

// ParseResponse parses the message of a frame. It fails if the message is malformed or has
// no version.
func ParseResponse(message []byte) (r Response, err error) {
	err = eachField(message, func(f field) error {
		switch {
		case f.Is(fieldResponseVersion, protowire.VarintType):
			r.Version = f.number(maxNumber)
		case f.Is(fieldResponseError, protowire.BytesType):
			r.Error = f.text(maxError)
		case f.Is(fieldResponseStatus, protowire.BytesType):
			r.Status = new(Status)
			return r.Status.parse(f.Bytes)
		case f.Is(fieldResponseHint, protowire.BytesType):
			r.Hint = f.text(maxError)
		case f.Is(fieldResponseSeat, protowire.BytesType):
			r.Seat = new(Seat)
			return r.Seat.parse(f.Bytes)
		case f.Is(fieldResponsePipe, protowire.VarintType):
			r.Pipe = f.Varint != 0
		}
		return nil
	})
	if err == nil && r.Version == 0 {
		err = errEmpty
	}
	if err != nil {
		return Response{}, err
	}
	return r, nil
}

var errSeat = errors.New("a seat without a port or a key")

func (s *Seat) parse(message []byte) error {
	keys := 0
	err := eachField(message, func(f field) error {
		switch {
		case f.Is(fieldSeatPort, protowire.VarintType):
			if f.Varint != uint64(uint16(f.Varint)) {
				return errSeat
			}
			s.Port = uint16(f.Varint)
		case f.Is(fieldSeatKey, protowire.BytesType):
			if len(f.Bytes) != len(s.Key) {
				return errSeat
			}
			keys++
			copy(s.Key[:], f.Bytes)
		case f.Is(fieldSeatExtension, protowire.BytesType):
			s.Extensions = addExtension(s.Extensions, f)
		}
		return nil
	})
	if err == nil && (s.Port == 0 || keys == 0) {
		err = errSeat
	}
	return err
}
