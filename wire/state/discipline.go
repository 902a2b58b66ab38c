package state

import (
	"bytes"

	"google.golang.org/protobuf/encoding/protowire"
)

// Discipline is what the line discipline of the program's terminal does with
// what is typed (termios(4)). It travels between gm and gm, if both have agreed
// to (the package doc). The zero Discipline is one that is not known.
type Discipline struct {
	Modes DisciplineModes
	// Chars are the control characters that have a meaning; 0 for those that
	// have none, as they are not set or their mode is off.
	Chars [controlChars]byte
}

// DisciplineModes are bits.
type DisciplineModes uint32

const (
	DisciplineKnown DisciplineModes = 1 << iota
	Canonical                       // ICANON: programs get lines
	Echo                            // ECHO
	EchoErase                       // ECHOE: erasing is seen
	EchoKill                        // ECHOK and ECHOKE: killing a line is seen as erasing it
	EchoControl                     // ECHOCTL: control characters are seen as ^X
	EchoNewline                     // ECHONL: newlines are seen without ECHO
	ReturnIsNewline                 // ICRNL
	NewlineReturns                  // OPOST and ONLCR
	UTF8                            // IUTF8: whole characters are erased
	ExpandedTabs                    // OXTABS: tabs are written as blanks
	BlankWords                      // words end at blanks, and not at punctuation
	Unpredictable                   // it does what is not told here: nothing is certain
	NoFlush                         // NOFLSH: an interrupt leaves what waits
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
	CharStatus         // VSTATUS: the kernel prints the load and what runs
	CharDelayedSuspend // VDSUSP: suspends once the program reads it
	CharErase2         // VERASE2: a second CharErase
	controlChars
)

// Has says that all of the modes are on.
func (d Discipline) Has(modes DisciplineModes) bool { return d.Modes&modes == modes }

// Is says that b has the meaning c.
func (d Discipline) Is(b byte, c ControlChar) bool { return b != 0 && d.Chars[c] == b }

// Interrupts reports whether the discipline makes a signal of b.
func (d Discipline) Interrupts(b byte) bool {
	return d.Is(b, CharInterrupt) || d.Is(b, CharQuit) || d.Is(b, CharSuspend)
}

// LastInterrupt returns where in keys the last character is that the discipline
// makes a signal of, -1 if there is none.
func (d Discipline) LastInterrupt(keys []byte) int {
	last := -1
	for _, c := range []ControlChar{CharInterrupt, CharQuit, CharSuspend} {
		if d.Chars[c] != 0 {
			last = max(last, bytes.LastIndexByte(keys, d.Chars[c]))
		}
	}
	return last
}

// EchoState is what becomes of keys at the host, as of one screen.
type EchoState struct {
	Discipline Discipline
	// Alternate says that the program uses the alternate screen.
	Alternate bool
	// EchoedThrough is the newest user-input state that the terminal has had: in a
	// discipline that echoes, its echo is in this screen.
	EchoedThrough uint64
}

// Fields of a listening.
const (
	fieldModes         protowire.Number = 1
	fieldChars         protowire.Number = 2
	fieldAlternate     protowire.Number = 3
	fieldEchoedThrough protowire.Number = 4
)

// appendEchoState appends an instruction that tells what is new in l since from.
func appendEchoState(dst []byte, l, from EchoState) []byte {
	at := len(dst)
	if l.Discipline != from.Discipline {
		dst = appendUint(dst, fieldModes, uint64(l.Discipline.Modes))
		dst = protowire.AppendTag(dst, fieldChars, protowire.BytesType)
		dst = protowire.AppendBytes(dst, bytes.TrimRight(l.Discipline.Chars[:], "\x00"))
	}
	if l.Alternate != from.Alternate {
		dst = appendUint(dst, fieldAlternate, protowire.EncodeBool(l.Alternate))
	}
	if l.EchoedThrough != from.EchoedThrough {
		dst = appendUint(dst, fieldEchoedThrough, l.EchoedThrough)
	}
	return enclose(enclose(dst, at, kindEchoState), at, fieldInstruction)
}

// with gives l with what the content of an instruction tells. Characters that
// it does not have are 0, and those that are too many are skipped.
func (l EchoState) with(message []byte) (EchoState, error) {
	for len(message) > 0 {
		var f field
		var err error
		if f, message, err = nextField(message); err != nil {
			return l, err
		}
		switch {
		case f.is(fieldModes, protowire.VarintType):
			l.Discipline.Modes = DisciplineModes(f.varint)
		case f.is(fieldChars, protowire.BytesType):
			l.Discipline.Chars = [controlChars]byte{}
			copy(l.Discipline.Chars[:], f.bytes)
		case f.is(fieldAlternate, protowire.VarintType):
			l.Alternate = protowire.DecodeBool(f.varint)
		case f.is(fieldEchoedThrough, protowire.VarintType):
			l.EchoedThrough = f.varint
		}
	}
	return l, nil
}
