// Package protofield reads and writes the fields of protocol buffers one by one, without
// generated code, and cleans their texts. It is for messages of which a newer peer may
// send more.
package protofield

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"google.golang.org/protobuf/encoding/protowire"
)

// ErrMalformed means that a message is no protocol buffer.
var ErrMalformed = errors.New("malformed message")

// Field is one field of a message. A field of a type with a fixed length has no value.
type Field struct {
	Num    protowire.Number
	Typ    protowire.Type
	Varint uint64 // set if Typ is VarintType
	Bytes  []byte // set if Typ is BytesType; aliases the message
}

// Is reports whether f has that number and type.
func (f Field) Is(num protowire.Number, typ protowire.Type) bool {
	return f.Num == num && f.Typ == typ
}

// Next returns the first field of message and the rest. The error is ErrMalformed.
func Next(message []byte) (f Field, rest []byte, err error) {
	num, typ, n := protowire.ConsumeTag(message)
	if n < 0 {
		return Field{}, nil, ErrMalformed
	}
	f, rest = Field{Num: num, Typ: typ}, message[n:]
	switch typ {
	case protowire.VarintType:
		f.Varint, n = protowire.ConsumeVarint(rest)
	case protowire.BytesType:
		f.Bytes, n = protowire.ConsumeBytes(rest)
	default:
		n = protowire.ConsumeFieldValue(num, typ, rest)
	}
	if n < 0 {
		return Field{}, nil, ErrMalformed
	}
	return f, rest[n:], nil
}

// AppendUint appends the field num with a varint.
func AppendUint(dst []byte, num protowire.Number, v uint64) []byte {
	dst = protowire.AppendTag(dst, num, protowire.VarintType)
	return protowire.AppendVarint(dst, v)
}

// Enclose turns dst[at:] into the body of a field num.
func Enclose(dst []byte, at int, num protowire.Number) []byte {
	var buf [16]byte // two varints of at most 5 and 10 bytes
	head := protowire.AppendTag(buf[:0], num, protowire.BytesType)
	head = protowire.AppendVarint(head, uint64(len(dst)-at))
	return slices.Insert(dst, at, head...)
}

// AppendLine appends the field num with the Line of text, unless that is empty.
func AppendLine(dst []byte, num protowire.Number, text string, limit int) []byte {
	if text = Line(text, limit); text == "" {
		return dst
	}
	dst = protowire.AppendTag(dst, num, protowire.BytesType)
	return protowire.AppendString(dst, text)
}

// Line truncates text to limit bytes, drops invalid UTF-8, and replaces characters that
// are not printable by spaces.
func Line(text string, limit int) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text[:min(len(text), limit)], ""))
}
