package state

import (
	"cmp"

	"gm/vt"
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

// InitialCols and InitialRows are the size of the blank screen that is state 0. A client
// without [ExtSessions] may begin with a blank screen of its window's size.
const InitialCols, InitialRows = 80, 24

// Screen is the object that a server sends: the contents of the terminal, and the
// server's reports that go with them.
type Screen struct {
	Screen *vt.Screen
	// EchoAck is the number of the newest user state that the program received at
	// least 50 ms ago: its echo, if any, is in this screen (protocol, section 9).
	EchoAck uint64
	// EchoState is set for a peer with ExtEcho and zero for others.
	EchoState EchoState
	// Credit is the position in the user stream up to which the server accepts input.
	// It is set for a peer with ExtFlow and zero for others.
	Credit uint64
	// ExitStatus is set in the last screen for a peer with ExtExit.
	ExitStatus ExitStatus
	// Detachment is set in the last screen of a client with ExtSessions that leaves a
	// session that goes on.
	Detachment Detachment
	// History is set for a peer with ExtHistory and zero for others.
	History History
	// Dialect describes the control sequences that the peer's emulator understands. It
	// is not sent; only Equal and AppendDiff use it.
	Dialect vt.Dialect
}

// Equal reports whether s and o look the same to a peer with the dialect of s.
func (s Screen) Equal(o Screen) bool {
	return s.EchoAck == o.EchoAck && s.EchoState == o.EchoState && s.Credit == o.Credit && s.ExitStatus == o.ExitStatus &&
		s.Detachment == o.Detachment && s.History == o.History &&
		s.Screen.EqualIn(o.Screen, s.Dialect)
}

// AppendDiff appends the HostMessage that turns from into s: an echo ack, an echo
// state, a credit, an exit status, a detachment, lines of the history, a resize, a
// hoststring for a terminal that shows from in the new size, and events, each only if there
// is a difference.
func (s Screen) AppendDiff(dst []byte, from Screen) []byte {
	if s.EchoAck != from.EchoAck {
		at := len(dst)
		dst = protofield.AppendUint(dst, fieldEchoAckNum, s.EchoAck)
		dst = protofield.Enclose(protofield.Enclose(dst, at, kindEchoAck), at, fieldInstruction)
	}
	if s.EchoState != from.EchoState {
		dst = appendEchoState(dst, s.EchoState, from.EchoState)
	}
	if s.Credit != from.Credit {
		at := len(dst)
		dst = protofield.AppendUint(dst, fieldCreditEnd, s.Credit)
		dst = protofield.Enclose(protofield.Enclose(dst, at, kindCredit), at, fieldInstruction)
	}
	if s.ExitStatus.Known && s.ExitStatus != from.ExitStatus {
		dst = appendExitStatus(dst, s.ExitStatus)
	}
	if s.Detachment.Reason != DetachNone && s.Detachment != from.Detachment {
		dst = appendDetachment(dst, s.Detachment)
	}
	if s.History != from.History {
		dst = appendHistory(dst, s, from)
	}
	cols, rows := s.Screen.Size()
	if c, r := from.Screen.Size(); c != cols || r != rows {
		dst = appendResize(dst, cols, rows)
	}
	at := len(dst)
	dst = vt.AppendDiff(dst, from.Screen, s.Screen, s.Dialect)
	if len(dst) > at {
		dst = protofield.Enclose(dst, at, fieldHoststring)
		dst = protofield.Enclose(dst, at, kindHostbytes)
		dst = protofield.Enclose(dst, at, fieldInstruction)
	}
	if s.Dialect.EventsApart {
		dst = appendEvents(dst, s.Screen.EventsSince(from.Screen.EventCount()))
	}
	return dst
}

// Apply returns s changed by a HostMessage. The emulator's replies to queries in it
// are dropped. A message that takes far more work than any real diff is an error.
func (s Screen) Apply(diff []byte) (Screen, error) {
	var term *budget // of a terminal that shows s; created on first use
	terminal := func() *budget {
		if term == nil {
			term = newBudget(vt.Resume(s.Screen))
		}
		return term
	}
	err := eachKind(diff, func(kind protofield.Field) error {
		switch kind.Num {
		case kindHostbytes:
			text, err := value(kind.Bytes, fieldHoststring, protowire.BytesType)
			return cmp.Or(err, terminal().write(text.Bytes, terminal().hoststring))
		case kindResize:
			cols, rows, err := parseResize(kind.Bytes)
			if err != nil {
				return err
			}
			return terminal().resize(cols, rows)
		case kindEchoAck:
			num, err := value(kind.Bytes, fieldEchoAckNum, protowire.VarintType)
			s.EchoAck = num.Varint
			return err
		case kindEchoState:
			echo, err := s.EchoState.apply(kind.Bytes)
			s.EchoState = echo
			return err
		case kindCredit:
			end, err := value(kind.Bytes, fieldCreditEnd, protowire.VarintType)
			s.Credit = end.Varint
			return err
		case kindEvents:
			return parseEvents(kind.Bytes, terminal().term.AddEvent)
		case kindHistory:
			history, err := s.History.apply(kind.Bytes, s.Screen, terminal())
			s.History = history
			return err
		case kindDetachment:
			detachment, err := parseDetachment(kind.Bytes)
			s.Detachment = detachment
			return err
		case kindExitStatus:
			status, err := parseExitStatus(kind.Bytes)
			s.ExitStatus = status
			return err
		}
		return nil
	})
	if term != nil {
		s.Screen = term.term.Snapshot()
	}
	return s, err
}

// Subtract returns s, as a screen does not depend on the states before it.
func (s Screen) Subtract(Screen) Screen { return s }

// MemSize returns the approximate number of bytes of memory that s uses and does
// not share with shared.
func (s Screen) MemSize(shared Screen) int {
	return s.Screen.MemSize(shared.Screen) + len(s.ExitStatus.Reason) + len(s.ExitStatus.Stopped) +
		len(s.Detachment.By) + len(s.Detachment.From)
}

// Partway returns from with some of the rows of s, and reports whether there is such
// a screen. Everything else stays as in from, so that a state never acknowledges
// input whose effect it does not show.
func (s Screen) Partway(from Screen) (Screen, bool) {
	part, ok := s.Screen.Partway(from.Screen)
	if !ok {
		return Screen{}, false
	}
	from.Screen = part
	return from, true
}
