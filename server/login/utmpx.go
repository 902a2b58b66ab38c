//go:build unix

package login

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Types of entries (utmpx(5)).
const (
	userProcess = 7
	deadProcess = 8
)

// utmpx is an entry of NetBSD's utmpx(5).
type utmpx struct {
	user, line, host string
	kind             uint16
	pid              int
	at               time.Time
}

// Sizes of the fields of struct utmpx (NetBSD, <utmpx.h>).
const (
	utmpxUser    = 32
	utmpxID      = 4
	utmpxLine    = 32
	utmpxHost    = 256
	utmpxAddress = 128 // struct sockaddr_storage
	utmpxPadding = 40
)

// encode returns the entry as struct utmpx in the printable form of strvisx(3) with
// VIS_WHITE. align is the alignment of a 64-bit number in the structure, in bytes.
func (u utmpx) encode(align int) string {
	line := strings.TrimPrefix(u.line, "/dev/")
	id := strings.TrimPrefix(line, "tty")
	id = id[max(0, len(id)-utmpxID):]
	var b []byte
	for _, field := range []struct {
		text string
		size int
	}{{u.user, utmpxUser}, {id, utmpxID}, {line, utmpxLine}, {u.host, utmpxHost}} {
		b = append(b, field.text[:min(len(field.text), field.size)]...)
		b = append(b, make([]byte, max(0, field.size-len(field.text)))...)
	}
	b = binary.NativeEndian.AppendUint16(b, 0) // session
	b = binary.NativeEndian.AppendUint16(b, u.kind)
	b = binary.NativeEndian.AppendUint32(b, uint32(u.pid))
	b = append(b, make([]byte, 4)...) // exit status
	b = pad(b, align)
	b = append(b, make([]byte, utmpxAddress)...)
	b = binary.NativeEndian.AppendUint64(b, uint64(u.at.Unix()))
	b = binary.NativeEndian.AppendUint32(b, uint32(u.at.Nanosecond()/1000))
	b = append(b, make([]byte, utmpxPadding)...)
	return vis(pad(b, align))
}

func pad(b []byte, align int) []byte { return append(b, make([]byte, -len(b)&(align-1))...) }

// vis returns b in the form of strvisx(3) with VIS_WHITE. Bytes that are not graphic
// ASCII become a backslash and three octal digits, which unvis(3) reads as well as ^X
// and M-X.
func vis(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		switch {
		case c == '\\':
			s.WriteString(`\\`)
		case c > ' ' && c < 0x7f:
			s.WriteByte(c)
		default:
			fmt.Fprintf(&s, `\%03o`, c)
		}
	}
	return s.String()
}
