package state

import (
	"strings"
	"unicode"

	"google.golang.org/protobuf/encoding/protowire"
)

// ExitStatus is how the program of a session ended; the zero ExitStatus is of one that
// has not, or of which it is not known. It travels between gm and gm, if both
// have agreed to (the package doc).
type ExitStatus struct {
	Known bool
	// Status is the exit status; of a program that a signal killed, 128 and
	// the signal's number.
	Status uint8
	// Reason says why the program could not be started, in one line of at most
	// maxReason bytes; empty if it was.
	Reason string
	// Stopped says why the server ended the session while the program ran, in the
	// form of Reason; empty if it did not.
	Stopped string
}

// maxReason bounds a reason, in bytes.
const maxReason = 500

// Fields of an ending.
const (
	fieldStatus  protowire.Number = 1
	fieldReason  protowire.Number = 2
	fieldStopped protowire.Number = 3
)

// known returns e as it travels.
func (e ExitStatus) known() ExitStatus {
	e.Known = true
	e.Reason, e.Stopped = reasonLine(e.Reason), reasonLine(e.Stopped)
	return e
}

// reasonLine returns text as one line of at most maxReason bytes.
func reasonLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text[:min(len(text), maxReason)], ""))
}

// appendExitStatus appends an instruction that tells of e.
func appendExitStatus(dst []byte, e ExitStatus) []byte {
	at := len(dst)
	dst = appendUint(dst, fieldStatus, uint64(e.Status))
	if reason := e.known().Reason; reason != "" {
		dst = protowire.AppendTag(dst, fieldReason, protowire.BytesType)
		dst = protowire.AppendString(dst, reason)
	}
	if stopped := e.known().Stopped; stopped != "" {
		dst = protowire.AppendTag(dst, fieldStopped, protowire.BytesType)
		dst = protowire.AppendString(dst, stopped)
	}
	return enclose(enclose(dst, at, kindExitStatus), at, fieldInstruction)
}

// parseExitStatus reads the content of an ending. A status that is larger than
// any, which no gm sends, is that of a failure.
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
	e := ExitStatus{Status: uint8(min(status.varint, 255)), Reason: string(reason.bytes), Stopped: string(stopped.bytes)}
	return e.known(), err
}
