package state

import (
	"errors"
	"slices"

	"gm/vt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of UserMessage and HostMessage, which are the diffs of the two objects
// (protocol, section 5). The one field of an instruction is its kind.
const (
	fieldInstruction protowire.Number = 1

	kindKeystroke protowire.Number = 2 // user
	kindHostbytes protowire.Number = 2 // host
	kindResize    protowire.Number = 3 // both
	kindEchoAck   protowire.Number = 7 // host

	// gm's extensions (protocol, section 11)
	kindAppearance protowire.Number = 64 // user
	kindEchoState  protowire.Number = 65 // host
	kindExitStatus protowire.Number = 66 // host
	kindCredit     protowire.Number = 72 // host
	kindTerminal   protowire.Number = 80 // user
	kindEvents     protowire.Number = 88 // host
	kindDetach     protowire.Number = 96 // user
	kindDetachment protowire.Number = 97 // host

	fieldKeys       protowire.Number = 4 // of a keystroke
	fieldHoststring protowire.Number = 4 // of hostbytes
	fieldWidth      protowire.Number = 5 // of a resize
	fieldHeight     protowire.Number = 6
	fieldEchoAckNum protowire.Number = 8 // of an echo ack
	fieldCreditEnd  protowire.Number = 1 // of a credit
)

var errMalformed = errors.New("malformed message")

// field is one field of a message.
type field struct {
	num    protowire.Number
	typ    protowire.Type
	varint uint64 // set if typ is VarintType
	bytes  []byte // set if typ is BytesType; aliases the message
}

func (f field) is(num protowire.Number, typ protowire.Type) bool {
	return f.num == num && f.typ == typ
}

func nextField(b []byte) (f field, rest []byte, err error) {
	num, typ, n := protowire.ConsumeTag(b)
	if n < 0 {
		return field{}, nil, errMalformed
	}
	f, b = field{num: num, typ: typ}, b[n:]
	switch typ {
	case protowire.VarintType:
		f.varint, n = protowire.ConsumeVarint(b)
	case protowire.BytesType:
		f.bytes, n = protowire.ConsumeBytes(b)
	default:
		n = protowire.ConsumeFieldValue(num, typ, b)
	}
	if n < 0 {
		return field{}, nil, errMalformed
	}
	return f, b[n:], nil
}

// eachKind calls do for the kind of each instruction in message. Fields of other
// types are skipped.
func eachKind(message []byte, do func(kind field) error) error {
	for len(message) > 0 {
		instruction, rest, err := nextField(message)
		if err != nil {
			return err
		}
		message = rest
		if !instruction.is(fieldInstruction, protowire.BytesType) {
			continue
		}
		for b := instruction.bytes; len(b) > 0; {
			var kind field
			if kind, b, err = nextField(b); err != nil {
				return err
			}
			if kind.typ != protowire.BytesType {
				continue
			}
			if err := do(kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// value returns the last field of message with this number and type, or the zero
// field if there is none.
func value(message []byte, num protowire.Number, typ protowire.Type) (last field, err error) {
	for len(message) > 0 {
		var f field
		if f, message, err = nextField(message); err != nil {
			return field{}, err
		}
		if f.is(num, typ) {
			last = f
		}
	}
	return last, nil
}

// enclose turns dst[at:] into the body of a field num.
func enclose(dst []byte, at int, num protowire.Number) []byte {
	var buf [16]byte // two varints of at most 5 and 10 bytes
	head := protowire.AppendTag(buf[:0], num, protowire.BytesType)
	head = protowire.AppendVarint(head, uint64(len(dst)-at))
	return slices.Insert(dst, at, head...)
}

func appendUint(dst []byte, num protowire.Number, v uint64) []byte {
	dst = protowire.AppendTag(dst, num, protowire.VarintType)
	return protowire.AppendVarint(dst, v)
}

func appendResize(dst []byte, cols, rows int) []byte {
	at := len(dst)
	dst = appendUint(dst, fieldWidth, uint64(cols))
	dst = appendUint(dst, fieldHeight, uint64(rows))
	return enclose(enclose(dst, at, kindResize), at, fieldInstruction)
}

func parseResize(b []byte) (cols, rows int, err error) {
	width, err := value(b, fieldWidth, protowire.VarintType)
	if err != nil {
		return 0, 0, err
	}
	height, err := value(b, fieldHeight, protowire.VarintType)
	if err != nil {
		return 0, 0, err
	}
	cols, rows = clampSize(int(int32(width.varint)), int(int32(height.varint)))
	return cols, rows, nil
}

func clampSize(cols, rows int) (int, int) {
	return min(max(cols, vt.MinCols), vt.MaxCols), min(max(rows, vt.MinRows), vt.MaxRows)
}
