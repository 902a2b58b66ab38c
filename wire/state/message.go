package state

import (
	"gm/vt"
	"gm/wire/protofield"

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
	kindAppearance protowire.Number = 64  // user
	kindEchoState  protowire.Number = 65  // host
	kindExitStatus protowire.Number = 66  // host
	kindCredit     protowire.Number = 72  // host
	kindTerminal   protowire.Number = 80  // user
	kindEvents     protowire.Number = 88  // host
	kindDetach     protowire.Number = 96  // user
	kindDetachment protowire.Number = 97  // host
	kindHistory    protowire.Number = 104 // host
	kindScrolled   protowire.Number = 105 // user

	fieldKeys       protowire.Number = 4 // of a keystroke
	fieldHoststring protowire.Number = 4 // of hostbytes
	fieldWidth      protowire.Number = 5 // of a resize
	fieldHeight     protowire.Number = 6
	fieldEchoAckNum protowire.Number = 8 // of an echo ack
	fieldCreditEnd  protowire.Number = 1 // of a credit
)

// eachKind calls do for the kind of each instruction in message. Fields of other
// types are skipped.
func eachKind(message []byte, do func(kind protofield.Field) error) error {
	for len(message) > 0 {
		instruction, rest, err := protofield.Next(message)
		if err != nil {
			return err
		}
		message = rest
		if !instruction.Is(fieldInstruction, protowire.BytesType) {
			continue
		}
		for b := instruction.Bytes; len(b) > 0; {
			var kind protofield.Field
			if kind, b, err = protofield.Next(b); err != nil {
				return err
			}
			if kind.Typ != protowire.BytesType {
				continue
			}
			if err := do(kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// value returns the last protofield.Field of message with this number and type, or the zero
// field if there is none.
func value(message []byte, num protowire.Number, typ protowire.Type) (last protofield.Field, err error) {
	for len(message) > 0 {
		var f protofield.Field
		if f, message, err = protofield.Next(message); err != nil {
			return protofield.Field{}, err
		}
		if f.Is(num, typ) {
			last = f
		}
	}
	return last, nil
}

func appendResize(dst []byte, cols, rows int) []byte {
	at := len(dst)
	dst = protofield.AppendUint(dst, fieldWidth, uint64(cols))
	dst = protofield.AppendUint(dst, fieldHeight, uint64(rows))
	return protofield.Enclose(protofield.Enclose(dst, at, kindResize), at, fieldInstruction)
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
	cols, rows = clampSize(int(int32(width.Varint)), int(int32(height.Varint)))
	return cols, rows, nil
}

func clampSize(cols, rows int) (int, int) {
	return min(max(cols, vt.MinCols), vt.MaxCols), min(max(rows, vt.MinRows), vt.MaxRows)
}
