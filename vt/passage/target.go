package passage

import (
	"slices"
	"strconv"
	"strings"
)

// Kind is the kind of a passage.
type Kind uint8

const (
	ControlMode Kind = iota // output of tmux in control mode
	Clipboard               // a text for the clipboard (OSC 52), in base64
	File                    // a command of iTerm2 with a file or a part of one (OSC 1337)
)

// StreamKind is the kind of the streams that carry passages to a client (protocol, section
// 11.14).
const StreamKind = 6

// Target is that of a stream with a passage.
type Target struct {
	Kind Kind
	// State is the number of the first state with all that the program has written before
	// a ControlMode.
	State uint64
	// Selection is that of a Clipboard.
	Selection string
}

// kinds are the kinds in targets.
var kinds = [...]string{ControlMode: "control", Clipboard: "clipboard", File: "file"}

// Append appends the target as that of a stream.
func (t Target) Append(dst []byte) []byte {
	dst = append(append(dst, kinds[t.Kind]...), 0)
	if t.Kind == ControlMode {
		return strconv.AppendUint(dst, t.State, 10)
	}
	return append(dst, t.Selection...)
}

// ParseTarget parses the target of a stream. ok is false if it is malformed, or of a passage
// that is not known.
func ParseTarget(text []byte) (t Target, ok bool) {
	kind, rest, _ := strings.Cut(string(text), "\x00")
	i := slices.Index(kinds[:], kind)
	if i < 0 {
		return t, false
	}
	switch t.Kind = Kind(i); t.Kind {
	case ControlMode:
		var err error
		t.State, err = strconv.ParseUint(rest, 10, 64)
		return t, err == nil
	case Clipboard:
		t.Selection = rest
		return t, IsSelection(rest)
	}
	return t, rest == ""
}
