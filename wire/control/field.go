package control

import (
	"gm/wire/protofield"
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// Limits of texts, in bytes. Longer ones are truncated, by the sender and the receiver.
const (
	maxText  = 255 // names of accounts and hosts, addresses, command lines
	maxError = 500 // errors and hints
)

// maxTime is the latest time that is accepted, the end of the year 9999, in seconds
// since 1970. RFC 3339, and so JSON, has no later years.
const maxTime = 253402300799

// field is one field of a message, with limits for its value.
type field struct{ protofield.Field }

// number returns the number in f, or limit if it is above that.
func (f field) number(limit int) int { return int(min(f.Varint, uint64(limit))) }

func (f field) text(limit int) string { return protofield.Line(string(f.Bytes), limit) }

func (f field) time() time.Time {
	if f.Varint == 0 {
		return time.Time{}
	}
	return time.Unix(int64(min(f.Varint, maxTime)), 0)
}

// eachField calls set for each field of message that is a number or has bytes. Fields of
// other types are skipped.
func eachField(message []byte, set func(field) error) error {
	for len(message) > 0 {
		f, rest, err := protofield.Next(message)
		if err == nil && (f.Typ == protowire.VarintType || f.Typ == protowire.BytesType) {
			err = set(field{f})
		}
		if err != nil {
			return err
		}
		message = rest
	}
	return nil
}

// appendUint appends the field num, unless v is 0.
func appendUint(dst []byte, num protowire.Number, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return protofield.AppendUint(dst, num, v)
}

// appendInt is appendUint with negative numbers as 0.
func appendInt(dst []byte, num protowire.Number, v int) []byte {
	return appendUint(dst, num, uint64(max(v, 0)))
}

// appendFlag appends 1, unless set is false.
func appendFlag(dst []byte, num protowire.Number, set bool) []byte {
	if !set {
		return dst
	}
	return protofield.AppendUint(dst, num, 1)
}

// appendTime appends t in seconds since 1970, unless it is zero.
func appendTime(dst []byte, num protowire.Number, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	return appendUint(dst, num, uint64(min(max(t.Unix(), 0), maxTime)))
}

// The largest numbers that are accepted. Larger ones count as these.
const (
	maxNumber = math.MaxInt32
	maxByte   = math.MaxUint8
)

// maxExtensions is the longest list of names of extensions (protocol, section 10.2).
// The rest of a longer one is ignored.
const maxExtensions = 32

// maxExtension is the longest name of an extension, in bytes.
const maxExtension = 32

func appendExtensions(dst []byte, num protowire.Number, names []string) []byte {
	for _, name := range names[:min(len(names), maxExtensions)] {
		dst = protofield.AppendLine(dst, num, name, maxExtension)
	}
	return dst
}

func addExtension(names []string, f field) []string {
	if len(names) >= maxExtensions {
		return names
	}
	return append(names, f.text(maxExtension))
}
