package state

import (
	"bytes"
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

// Discipline is the configuration of the line discipline of the program's terminal
// (termios(4)), as far as it affects the echo of typed characters. It is sent with
// [ExtEcho] (protocol, section 11.4). The zero Discipline is unknown.
type Discipline struct {
	Modes DisciplineModes
	// Chars holds the active control characters; 0 for one that is unset or whose
	// mode is off.
	Chars [controlChars]byte
}

// DisciplineModes is a set of modes.
type DisciplineModes uint32

const (
	DisciplineKnown DisciplineModes = 1 << iota
	Canonical                       // ICANON: programs read lines
	Echo                            // ECHO
	EchoErase                       // ECHOE: erasing echoes BS SP BS
	EchoKill                        // ECHOK and ECHOKE: killing a line erases it on the screen
	EchoControl                     // ECHOCTL: control characters echo as ^X
	EchoNewline                     // ECHONL: newlines echo even without ECHO
	ReturnIsNewline                 // ICRNL
	NewlineReturns                  // OPOST and ONLCR
	UTF8                            // IUTF8: erasing removes whole characters
	ExpandedTabs                    // OXTABS: tabs are output as spaces
	BlankWords                      // word erase stops at blanks only, not at punctuation
	Unpredictable                   // a mode outside this list is on; the echo cannot be predicted
	NoFlush                         // NOFLSH: signal characters do not discard pending input
)

// ControlChar is an index of Discipline.Chars.
type ControlChar int

const (
	CharErase ControlChar = iota
	CharKill
	CharWordErase
	CharEOF
	CharEOL
	CharEOL2
	CharInterrupt
	CharQuit
	CharSuspend
	CharStart
	CharStop
	CharLiteralNext
	CharReprint
	CharDiscard
	CharStatus         // VSTATUS: the kernel prints the load and the foreground process
	CharDelayedSuspend // VDSUSP: suspends the program when the program reads it
	CharErase2         // VERASE2: a second CharErase
	controlChars
)

// Has reports whether all of modes are on.
func (d Discipline) Has(modes DisciplineModes) bool { return d.Modes&modes == modes }

// Is reports whether b is the active control character c.
func (d Discipline) Is(b byte, c ControlChar) bool { return b != 0 && d.Chars[c] == b }

// Interrupts reports whether the discipline turns b into a signal.
func (d Discipline) Interrupts(b byte) bool {
	return d.Is(b, CharInterrupt) || d.Is(b, CharQuit) || d.Is(b, CharSuspend)
}

// LastInterrupt returns the index in keys of the last character that the discipline
// turns into a signal, or -1 if there is none.
func (d Discipline) LastInterrupt(keys []byte) int {
	last := -1
	for _, c := range []ControlChar{CharInterrupt, CharQuit, CharSuspend} {
		if d.Chars[c] != 0 {
			last = max(last, bytes.LastIndexByte(keys, d.Chars[c]))
		}
	}
	return last
}

// EchoState describes the echo of input at the host, as of one screen. It is sent
// with [ExtEcho].
type EchoState struct {
	Discipline Discipline
	// Alternate is true while the program uses the alternate screen.
	Alternate bool
	// EchoedThrough is the number of the newest user state whose input was written to
	// the program's terminal. If the discipline echoes, its echo is in this screen.
	EchoedThrough uint64
}

// Fields of the message EchoState.
const (
	fieldModes         protowire.Number = 1
	fieldChars         protowire.Number = 2
	fieldAlternate     protowire.Number = 3
	fieldEchoedThrough protowire.Number = 4
)

func appendEchoState(dst []byte, e, from EchoState) []byte {
	at := len(dst)
	if e.Discipline != from.Discipline {
		dst = protofield.AppendUint(dst, fieldModes, uint64(e.Discipline.Modes))
		dst = protowire.AppendTag(dst, fieldChars, protowire.BytesType)
		dst = protowire.AppendBytes(dst, bytes.TrimRight(e.Discipline.Chars[:], "\x00"))
	}
	if e.Alternate != from.Alternate {
		dst = protofield.AppendUint(dst, fieldAlternate, protowire.EncodeBool(e.Alternate))
	}
	if e.EchoedThrough != from.EchoedThrough {
		dst = protofield.AppendUint(dst, fieldEchoedThrough, e.EchoedThrough)
	}
	return protofield.Enclose(protofield.Enclose(dst, at, kindEchoState), at, fieldInstruction)
}

// apply returns e updated with the body of an EchoState. Missing control characters
// become 0, and surplus ones are ignored.
func (e EchoState) apply(message []byte) (EchoState, error) {
	for len(message) > 0 {
		var f protofield.Field
		var err error
		if f, message, err = protofield.Next(message); err != nil {
			return e, err
		}
		switch {
		case f.Is(fieldModes, protowire.VarintType):
			e.Discipline.Modes = DisciplineModes(f.Varint)
		case f.Is(fieldChars, protowire.BytesType):
			e.Discipline.Chars = [controlChars]byte{}
			copy(e.Discipline.Chars[:], f.Bytes)
		case f.Is(fieldAlternate, protowire.VarintType):
			e.Alternate = protowire.DecodeBool(f.Varint)
		case f.Is(fieldEchoedThrough, protowire.VarintType):
			e.EchoedThrough = f.Varint
		}
	}
	return e, nil
}
