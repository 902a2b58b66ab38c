package state

import (
	"bytes"
	"cmp"
	"errors"

	"gm/vt"

	"google.golang.org/protobuf/encoding/protowire"
)

const (
	// MaxUnacked is how much input of the user should wait for the peer: a client
	// that holds more leaves the rest unread.
	MaxUnacked = 64 << 10

	// InputWindow is how far ahead of what the program's terminal has taken a
	// client with the extension "flow" sends, in places of the stream. As long as
	// nothing else is said, the credit is InputWindow.
	InputWindow = 256 << 10

	// maxChanges is how often one diff may change the size or the appearance.
	maxChanges = 1 << 16
)

var errChanges = errors.New("too many changes of the window")

// UserEvent is one thing the user did: typed Keys, resized the window to Cols and
// Rows, or reported the terminal's Appearance or Capabilities. The other fields are
// zero.
type UserEvent struct {
	Keys       []byte // not to be changed
	Cols, Rows int
	Appearance *Appearance // not to be changed
	Terminal   *vt.Capabilities
}

// length is how far an event moves the end of the stream.
func (e UserEvent) length() uint64 {
	if e.Keys == nil {
		return 1
	}
	return uint64(len(e.Keys))
}

// User is the stream of the user's input, from the start of the session. It
// only grows; the zero User is the empty stream.
//
// Streams that grew from one another share their events. Those that were
// subtracted from all of them are freed.
type User struct {
	head, tail *node  // the events held; nil if there are none
	start, end uint64 // their place in the whole stream
	weight     int    // of the events held, in bytes
}

// node is an event and the way to the next.
type node struct {
	event UserEvent
	end   uint64 // place in the stream where the event ends
	next  *node
}

// Bytes of memory that an event takes beside its keys, about.
const (
	nodeWeight       = 96
	appearanceWeight = 1200
	terminalWeight   = 200
)

// weight is about how many bytes an event takes.
func (e UserEvent) weight() int {
	n := nodeWeight + len(e.Keys)
	if e.Appearance != nil {
		n += appearanceWeight
	}
	if e.Terminal != nil {
		n += terminalWeight
	}
	return n
}

// WithKeys gives the stream with keys added. It keeps no reference to keys.
func (u User) WithKeys(keys []byte) User {
	if len(keys) == 0 {
		return u
	}
	return u.with(UserEvent{Keys: bytes.Clone(keys)})
}

// WithSize gives the stream with a change of the window's size added. The size
// is clamped to that of a screen.
func (u User) WithSize(cols, rows int) User {
	cols, rows = clampSize(cols, rows)
	return u.with(UserEvent{Cols: cols, Rows: rows})
}

// WithAppearance gives the stream with what is known of the user's terminal
// added. What was told before and is not known in a still holds.
func (u User) WithAppearance(a Appearance) User {
	if a = a.known(); a == (Appearance{}) {
		return u
	}
	return u.with(UserEvent{Appearance: &a})
}

// WithTerminal returns the stream with all that is known of the user's terminal
// added, in place of what was known before.
func (u User) WithTerminal(c vt.Capabilities) User { return u.with(UserEvent{Terminal: &c}) }

// with adds an event in place if no other stream went on from here.
func (u User) with(e UserEvent) User {
	u.end += e.length()
	u.weight += e.weight()
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

// copyNodes gives a chain of its own with the events held.
func (u User) copyNodes() (head, tail *node) {
	head = &node{event: u.head.event, end: u.head.end}
	tail = head
	for n := u.head; n != u.tail; n = n.next {
		tail.next = &node{event: n.next.event, end: n.next.end}
		tail = tail.next
	}
	return head, tail
}

// End returns the place in the stream where u ends: the bytes typed since its
// beginning, and one for each other event.
func (u User) End() uint64 { return u.end }

// Unacked is how much of the stream was not subtracted: bytes typed, and one for
// each other event. At a client this is what the server is not known to
// have.
func (u User) Unacked() int { return int(u.end - u.start) }

// Since gives what u has after all that seen has, as far as it is held.
func (u User) Since(seen User) []UserEvent {
	var events []UserEvent
	u.after(seen.end, func(e UserEvent) { events = append(events, e) })
	return events
}

// after calls do with each event after the place pos, the first of them cut if
// pos is inside.
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

// Equal says that both streams are of the same length: there is only one user.
func (u User) Equal(o User) bool { return u.end == o.end }

// AppendDiff appends the UserMessage with what u has after from. Keys that
// follow each other share an instruction.
func (u User) AppendDiff(dst []byte, from User) []byte {
	at := len(dst) // of the keys not enclosed yet
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
	dst = enclose(dst, at, fieldKeys)
	dst = enclose(dst, at, kindKeystroke)
	return enclose(dst, at, fieldInstruction)
}

// Apply gives the stream with what a UserMessage adds.
func (u User) Apply(diff []byte) (User, error) {
	var keys []byte // typed since the last change
	changes := 0
	change := func() error {
		u = u.WithKeys(keys)
		keys = keys[:0]
		if changes++; changes > maxChanges {
			return errChanges
		}
		return nil
	}
	err := eachKind(diff, func(kind field) error {
		switch kind.num {
		case kindKeystroke:
			typed, err := value(kind.bytes, fieldKeys, protowire.BytesType)
			keys = append(keys, typed.bytes...)
			return err
		case kindResize:
			cols, rows, err := parseResize(kind.bytes)
			if err = cmp.Or(err, change()); err == nil {
				u = u.WithSize(cols, rows)
			}
			return err
		case kindAppearance:
			a, err := parseAppearance(kind.bytes)
			if err = cmp.Or(err, change()); err == nil {
				u = u.WithAppearance(a)
			}
			return err
		case kindTerminal:
			c, err := parseTerminal(kind.bytes)
			if err = cmp.Or(err, change()); err == nil {
				u = u.WithTerminal(c)
			}
			return err
		}
		return nil
	})
	return u.WithKeys(keys), err
}

// Subtract gives the stream without what prefix has. Places in it stay what
// they are.
func (u User) Subtract(prefix User) User {
	for u.head != nil && u.head.end <= prefix.end {
		u.weight -= u.head.event.weight()
		if u.head == u.tail {
			u.head, u.tail = nil, nil
			break
		}
		u.head = u.head.next
	}
	u.start = max(u.start, min(prefix.end, u.end))
	return u
}

// MemSize returns about how many bytes the events take that u holds and shared
// does not. Streams with the same first event are one chain: where two go on from
// the same place, with copies.
func (u User) MemSize(shared User) int {
	if u.head != shared.head {
		return u.weight
	}
	return max(0, u.weight-shared.weight)
}

// Partway reports false: a client holds no more than MaxUnacked bytes, which fit
// an instruction.
func (u User) Partway(User) (User, bool) { return User{}, false }
