package state

import (
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

// ExitStatus is the result of the session's program. It is sent with [ExtExit]
// (protocol, section 11.3). The zero ExitStatus belongs to a running program.
type ExitStatus struct {
	// Known is true once the program has ended.
	Known bool
	// Status is the exit status: 0 to 255, and 128+n after signal n.
	Status uint8
	// Reason is the error that kept the program from starting, as one line of at
	// most maxReason bytes; empty if the program was started.
	Reason string
	// Stopped is the server's reason for ending the session before the program
	// exited, in the form of Reason; empty if the program exited by itself.
	Stopped string
}

// maxReason is the largest length of Reason and Stopped, in bytes.
const maxReason = 500

// Fields of the message ExitStatus.
const (
	fieldStatus  protowire.Number = 1
	fieldReason  protowire.Number = 2
	fieldStopped protowire.Number = 3
)

func (e ExitStatus) normalized() ExitStatus {
	e.Known = true
	e.Reason, e.Stopped = protofield.Line(e.Reason, maxReason), protofield.Line(e.Stopped, maxReason)
	return e
}

func appendExitStatus(dst []byte, e ExitStatus) []byte {
	at := len(dst)
	dst = protofield.AppendUint(dst, fieldStatus, uint64(e.Status))
	dst = protofield.AppendLine(dst, fieldReason, e.Reason, maxReason)
	dst = protofield.AppendLine(dst, fieldStopped, e.Stopped, maxReason)
	return protofield.Enclose(protofield.Enclose(dst, at, kindExitStatus), at, fieldInstruction)
}

// parseExitStatus parses the body of an ExitStatus. A status above 255 becomes 255.
func parseExitStatus(message []byte) (ExitStatus, error) {
	status, err := value(message, fieldStatus, protowire.VarintType)
	if err != nil {
		return ExitStatus{}, err
	}
	reason, err := value(message, fieldReason, protowire.BytesType)
	if err != nil {
		return ExitStatus{}, err
	}
	stopped, err := value(message, fieldStopped, protowire.BytesType)
	e := ExitStatus{Status: uint8(min(status.Varint, 255)), Reason: string(reason.Bytes), Stopped: string(stopped.Bytes)}
	return e.normalized(), err
}
