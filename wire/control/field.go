package control

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

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

// field is one field of a message.
type field struct {
	num    protowire.Number
	typ    protowire.Type
	varint uint64 // set if typ is VarintType
	bytes  []byte // set if typ is BytesType; aliases the message
}

func (f field) is(num protowire.Number, typ protowire.Type) bool {
	return f.num == num && f.typ == typ
}

// number returns the number in f, or limit if it is above that.
func (f field) number(limit int) int { return int(min(f.varint, uint64(limit))) }

func (f field) text(limit int) string { return cleanText(string(f.bytes), limit) }

func (f field) time() time.Time {
	if f.varint == 0 {
		return time.Time{}
	}
	return time.Unix(int64(min(f.varint, maxTime)), 0)
}

// eachField calls set for each field of message that is a number or has bytes. Fields of
// other types are skipped.
func eachField(message []byte, set func(field) error) error {
	for len(message) > 0 {
		num, typ, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errMalformed
		}
		f, b := field{num: num, typ: typ}, message[n:]
		switch typ {
		case protowire.VarintType:
			f.varint, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return errMalformed
		}
		message = b[n:]
		if typ == protowire.VarintType || typ == protowire.BytesType {
			if err := set(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// appendUint appends the field num, unless v is 0.
func appendUint(dst []byte, num protowire.Number, v uint64) []byte {
	if v == 0 {
		return dst
	}
	dst = protowire.AppendTag(dst, num, protowire.VarintType)
	return protowire.AppendVarint(dst, v)
}

// appendInt is appendUint with negative numbers as 0.
func appendInt(dst []byte, num protowire.Number, v int) []byte {
	return appendUint(dst, num, uint64(max(v, 0)))
}

// appendTime appends t in seconds since 1970, unless it is zero.
func appendTime(dst []byte, num protowire.Number, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	return appendUint(dst, num, uint64(min(max(t.Unix(), 0), maxTime)))
}

func appendText(dst []byte, num protowire.Number, text string, limit int) []byte {
	if text = cleanText(text, limit); text == "" {
		return dst
	}
	dst = protowire.AppendTag(dst, num, protowire.BytesType)
	return protowire.AppendString(dst, text)
}

// enclose turns dst[at:] into the body of a field num.
func enclose(dst []byte, at int, num protowire.Number) []byte {
	var buf [16]byte // two varints of at most 5 and 10 bytes
	head := protowire.AppendTag(buf[:0], num, protowire.BytesType)
	head = protowire.AppendVarint(head, uint64(len(dst)-at))
	return slices.Insert(dst, at, head...)
}

// cleanText truncates text to limit bytes, drops invalid UTF-8, and replaces characters
// that are not printable by spaces.
func cleanText(text string, limit int) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text[:min(len(text), limit)], ""))
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
		dst = appendText(dst, num, name, maxExtension)
	}
	return dst
}

func addExtension(names []string, f field) []string {
	if len(names) >= maxExtensions {
		return names
	}
	return append(names, f.text(maxExtension))
}
