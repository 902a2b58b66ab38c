package passage

import (
	"strconv"
	"strings"
)

// StreamKind is the kind of the streams that carry passages to a client (protocol, section
// 11.14).
const StreamKind = 6

// Target is that of a stream with a passage.
type Target struct {
	// State is the number of the first state with all that the program has written before
	// the passage.
	State uint64
}

const control = "control"

// Append appends the target as that of a stream.
func (t Target) Append(dst []byte) []byte {
	return strconv.AppendUint(append(dst, control+"\x00"...), t.State, 10)
}

// ParseTarget parses the target of a stream. ok is false if it is malformed, or of a passage
// that is not known.
func ParseTarget(text []byte) (t Target, ok bool) {
	kind, number, _ := strings.Cut(string(text), "\x00")
	var err error
	t.State, err = strconv.ParseUint(number, 10, 64)
	return t, kind == control && err == nil
}
