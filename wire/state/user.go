package state

import (
	"bytes"
	"cmp"
	"errors"

	"gm/vt"
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

const (
	// MaxUnacked bounds the unacknowledged input of a client, in stream positions. A
	// client that has reached it stops reading keys.
	MaxUnacked = 64 << 10

	// InputWindow is the credit of ExtFlow, in stream positions beyond the input that
	// the program's terminal has accepted. It is also the initial credit.
	InputWindow = 256 << 10

	// maxChanges bounds the events other than keys in one diff.
	maxChanges = 1 << 16
)

var errChanges = errors.New("too many changes of the window")

// UserEvent is one element of the user stream: typed keys, a new size of the window,
// a report of the terminal's appearance or capabilities, or the client's wish
// to detach. The fields of the other
// kinds are zero. The referenced values are shared and must not be modified.
type UserEvent struct {
	Keys       []byte
	Cols, Rows int
	Appearance *Appearance
	Terminal   *vt.Capabilities
	// Detach reports that the client leaves and the session goes on. It precedes the end
	// that the client announces.
	Detach   bool
	Scrolled *Scrolled
}

// Scrolled reports that the user's terminal, when its window was resized, has moved lines
// of the main screen into its scrollback: those from the row on that the session has or
// will have as the line From (extension "history").
type Scrolled struct {
	From uint64
	Span vt.Span
}

func (e UserEvent) length() uint64 {
	if e.Keys == nil {
		return 1
	}
	return uint64(len(e.Keys))
}

// User is the object that a client sends: the stream of the user's input since the
// start of the session. The zero User is the empty stream.
//
// A User is immutable. Values derived from one another share their events, and the
// memory of an event is freed once it has been subtracted from all of them.
type User struct {
	head, tail *node  // the retained events; nil if there are none
	start, end uint64 // stream positions of the retained events
	memSize    int    // of the retained events, in bytes
}

// node is an element of a linked list of events.
type node struct {
	event UserEvent
	end   uint64 // stream position of the event's end
	next  *node
}

// Approximate memory of an event without its keys, in bytes.
const (
	nodeSize       = 96
	appearanceSize = 1200
	terminalSize   = 200
)

func (e UserEvent) memSize() int {
	n := nodeSize + len(e.Keys)
	if e.Appearance != nil {
		n += appearanceSize
	}
	if e.Terminal != nil {
		n += terminalSize
	}
	return n
}

// WithKeys returns u with keys appended. It does not retain keys.
func (u User) WithKeys(keys []byte) User {
	if len(keys) == 0 {
		return u
	}
	return u.with(UserEvent{Keys: bytes.Clone(keys)})
}

// WithSize returns u with a new size of the window appended. The size is clamped to
// that of a screen.
func (u User) WithSize(cols, rows int) User {
	cols, rows = clampSize(cols, rows)
	return u.with(UserEvent{Cols: cols, Rows: rows})
}

// WithAppearance returns u with an update of the terminal's appearance appended.
// Properties that are unknown in a keep their earlier values.
func (u User) WithAppearance(a Appearance) User {
	if a = a.normalized(); a == (Appearance{}) {
		return u
	}
	return u.with(UserEvent{Appearance: &a})
}

// WithTerminal returns u with the terminal's capabilities appended. They replace
// all earlier ones.
func (u User) WithTerminal(c vt.Capabilities) User { return u.with(UserEvent{Terminal: &c}) }

// WithDetach returns u with the wish to detach appended.
func (u User) WithDetach() User { return u.with(UserEvent{Detach: true}) }

// WithScrolled returns u with lines that the terminal has scrolled appended.
func (u User) WithScrolled(s Scrolled) User { return u.with(UserEvent{Scrolled: &s}) }

// with returns u with e appended. It extends the list in place unless another value
// already continues from the end of u.
func (u User) with(e UserEvent) User {
	u.end += e.length()
	u.memSize += e.memSize()
	n := &node{event: e, end: u.end}
	switch {
	case u.tail == nil:
		u.head = n
	case u.tail.next == nil:
		u.tail.next = n
	default:
		u.head, u.tail = u.copyNodes()
		u.tail.next = n
	}
	u.tail = n
	return u
}

func (u User) copyNodes() (head, tail *node) {
	head = &node{event: u.head.event, end: u.head.end}
	tail = head
	for n := u.head; n != u.tail; n = n.next {
		tail.next = &node{event: n.next.event, end: n.next.end}
		tail = tail.next
	}
	return head, tail
}

// End returns the stream position of the end of u: the number of typed bytes since
// the start of the session, plus one for each other event.
func (u User) End() uint64 { return u.end }

// Unacked returns the length of the retained part of u, in stream positions. At a
// client this is the input that the server has not acknowledged.
func (u User) Unacked() int { return int(u.end - u.start) }

// Since returns the retained events of u that follow the end of seen.
func (u User) Since(seen User) []UserEvent {
	var events []UserEvent
	u.after(seen.end, func(e UserEvent) { events = append(events, e) })
	return events
}

func (u User) after(pos uint64, do func(UserEvent)) {
	for n := u.head; n != nil; n = n.next {
		if n.end > pos {
			e := n.event
			if begin := n.end - e.length(); begin < pos {
				e.Keys = e.Keys[pos-begin:]
			}
			do(e)
		}
		if n == u.tail {
			return
		}
	}
}

// Equal reports whether u and o have the same length. States of one session that
// have the same length are the same, as the stream only grows.
func (u User) Equal(o User) bool { return u.end == o.end }

// AppendDiff appends the UserMessage with the events of u after from. Successive
// keys are joined in one instruction.
func (u User) AppendDiff(dst []byte, from User) []byte {
	at := len(dst) // start of the keys that are not enclosed yet
	u.after(from.end, func(e UserEvent) {
		if e.Keys != nil {
			dst = append(dst, e.Keys...)
			return
		}
		dst = encloseKeys(dst, at)
		switch {
		case e.Appearance != nil:
			dst = appendAppearance(dst, *e.Appearance)
		case e.Terminal != nil:
			dst = appendTerminal(dst, *e.Terminal)
		case e.Detach:
			begin := len(dst)
			dst = protofield.Enclose(protofield.Enclose(dst, begin, kindDetach), begin, fieldInstruction)
		case e.Scrolled != nil:
			dst = appendScrolled(dst, *e.Scrolled)
		default:
			dst = appendResize(dst, e.Cols, e.Rows)
		}
		at = len(dst)
	})
	return encloseKeys(dst, at)
}

func encloseKeys(dst []byte, at int) []byte {
	if len(dst) == at {
		return dst
	}
	dst = protofield.Enclose(dst, at, fieldKeys)
	dst = protofield.Enclose(dst, at, kindKeystroke)
	return protofield.Enclose(dst, at, fieldInstruction)
}

// Apply returns u with the events of a UserMessage appended.
func (u User) Apply(diff []byte) (User, error) {
	var keys []byte // typed since the last event of another kind
	changes := 0
	change := func() error {
		u = u.WithKeys(keys)
		keys = keys[:0]
		if changes++; changes > maxChanges {
			return errChanges
		}
		return nil
	}
	err := eachKind(diff, func(kind protofield.Field) error {
		switch kind.Num {
		case kindKeystroke:
			typed, err := value(kind.Bytes, fieldKeys, protowire.BytesType)
			keys = append(keys, typed.Bytes...)
			return err
		case kindResize:
			cols, rows, err := parseResize(kind.Bytes)
			if err = cmp.Or(err, change()); err == nil {
				u = u.WithSize(cols, rows)
			}
			return err
		case kindAppearance:
			a, err := parseAppearance(kind.Bytes)
			if err = cmp.Or(err, change()); err == nil {
				u = u.WithAppearance(a)
			}
			return err
		case kindTerminal:
			c, err := parseTerminal(kind.Bytes)
			if err = cmp.Or(err, change()); err == nil {
				u = u.WithTerminal(c)
			}
			return err
		case kindScrolled:
			s, err := parseScrolled(kind.Bytes)
			if err = cmp.Or(err, change()); err == nil {
				u = u.WithScrolled(s)
			}
			return err
		case kindDetach:
			err := change()
			if err == nil {
				u = u.WithDetach()
			}
			return err
		}
		return nil
	})
	return u.WithKeys(keys), err
}

// Subtract returns u without the events that prefix contains. Stream positions do
// not change.
func (u User) Subtract(prefix User) User {
	for u.head != nil && u.head.end <= prefix.end {
		u.memSize -= u.head.event.memSize()
		if u.head == u.tail {
			u.head, u.tail = nil, nil
			break
		}
		u.head = u.head.next
	}
	u.start = max(u.start, min(prefix.end, u.end))
	return u
}

// MemSize returns the approximate number of bytes of memory that u uses and does not
// share with shared. Values with the same first event share one list: where two
// continue from the same end, the second has its own copy.
func (u User) MemSize(shared User) int {
	if u.head != shared.head {
		return u.memSize
	}
	return max(0, u.memSize-shared.memSize)
}

// Partway returns false: the at most MaxUnacked bytes of a client fit into one
// instruction.
func (u User) Partway(User) (User, bool) { return User{}, false }
