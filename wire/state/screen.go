package state

import (
	"cmp"

	"gm/vt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Screen is what the user sees.
type Screen struct {
	Screen *vt.Screen
	// EchoAck is the newest user-input state that the program has had for at
	// least 50 ms: its echo, if any, is in this screen.
	EchoAck uint64
	// EchoState is told to a peer that has agreed to it; the zero EchoState to
	// others.
	EchoState EchoState
	// Credit is the place in the user's stream up to which the server takes input,
	// told to a peer that has agreed to it; 0 to others.
	Credit uint64
	// ExitStatus comes with the last screen, to a peer that has agreed to it.
	ExitStatus ExitStatus
	// Dialect is what the peer's emulator understands; only AppendDiff uses it.
	Dialect vt.Dialect
}

// Equal says that there is no difference that the peer could be told of.
func (s Screen) Equal(o Screen) bool {
	return s.EchoAck == o.EchoAck && s.EchoState == o.EchoState && s.Credit == o.Credit && s.ExitStatus == o.ExitStatus &&
		s.Screen.EqualIn(o.Screen, s.Dialect)
}

// AppendDiff appends the HostMessage that makes s out of from: an echo ack, a
// listening, a credit, an ending, a resize, bytes for a terminal that shows from in the
// new size, and events.
func (s Screen) AppendDiff(dst []byte, from Screen) []byte {
	if s.EchoAck != from.EchoAck {
		at := len(dst)
		dst = appendUint(dst, fieldEchoAckNum, s.EchoAck)
		dst = enclose(enclose(dst, at, kindEchoAck), at, fieldInstruction)
	}
	if s.EchoState != from.EchoState {
		dst = appendEchoState(dst, s.EchoState, from.EchoState)
	}
	if s.Credit != from.Credit {
		at := len(dst)
		dst = appendUint(dst, fieldCreditEnd, s.Credit)
		dst = enclose(enclose(dst, at, kindCredit), at, fieldInstruction)
	}
	if s.ExitStatus.Known && s.ExitStatus != from.ExitStatus {
		dst = appendExitStatus(dst, s.ExitStatus)
	}
	cols, rows := s.Screen.Size()
	if c, r := from.Screen.Size(); c != cols || r != rows {
		dst = appendResize(dst, cols, rows)
	}
	at := len(dst)
	dst = vt.AppendDiff(dst, from.Screen, s.Screen, s.Dialect)
	if len(dst) > at {
		dst = enclose(dst, at, fieldHoststring)
		dst = enclose(dst, at, kindHostbytes)
		dst = enclose(dst, at, fieldInstruction)
	}
	if s.Dialect.EventsApart {
		dst = appendEvents(dst, s.Screen.EventsSince(from.Screen.EventCount()))
	}
	return dst
}

// Apply returns the screen that a HostMessage makes out of s. What the emulator
// would answer is dropped. A message that costs far more than any diff is an error.
func (s Screen) Apply(diff []byte) (Screen, error) {
	var term *budget // of a terminal that shows s, once it is needed
	terminal := func() *budget {
		if term == nil {
			term = newBudget(vt.Resume(s.Screen))
		}
		return term
	}
	err := eachKind(diff, func(kind field) error {
		switch kind.num {
		case kindHostbytes:
			text, err := value(kind.bytes, fieldHoststring, protowire.BytesType)
			return cmp.Or(err, terminal().write(text.bytes))
		case kindResize:
			cols, rows, err := parseResize(kind.bytes)
			if err != nil {
				return err
			}
			return terminal().resize(cols, rows)
		case kindEchoAck:
			num, err := value(kind.bytes, fieldEchoAckNum, protowire.VarintType)
			s.EchoAck = num.varint
			return err
		case kindEchoState:
			listening, err := s.EchoState.with(kind.bytes)
			s.EchoState = listening
			return err
		case kindCredit:
			end, err := value(kind.bytes, fieldCreditEnd, protowire.VarintType)
			s.Credit = end.varint
			return err
		case kindEvents:
			return parseEvents(kind.bytes, terminal().term.AddEvent)
		case kindExitStatus:
			ending, err := parseExitStatus(kind.bytes)
			s.ExitStatus = ending
			return err
		}
		return nil
	})
	if term != nil {
		s.Screen = term.term.Snapshot()
	}
	return s, err
}

// Subtract gives s: a screen is whole by itself.
func (s Screen) Subtract(Screen) Screen { return s }

// MemSize returns about how many bytes of memory s holds that shared does not.
func (s Screen) MemSize(shared Screen) int {
	return s.Screen.MemSize(shared.Screen) + len(s.ExitStatus.Reason) + len(s.ExitStatus.Stopped)
}

// Partway returns from with some of the rows of s. All else is as in from, so
// that nothing is acknowledged that is not shown.
func (s Screen) Partway(from Screen) (Screen, bool) {
	part, ok := s.Screen.Partway(from.Screen)
	if !ok {
		return Screen{}, false
	}
	from.Screen = part
	return from, true
}
