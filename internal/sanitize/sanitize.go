// Package sanitize makes text of foreign origin safe to show on a terminal.
//
// All text that gm shows outside of a session passes through it immediately before it is
// written: an error, a notice and a prompt may each contain bytes that an SSH server, a
// proxy or a host's shell has chosen.
package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxText bounds the result of [Text], in bytes.
	MaxText = 16 << 10
	// MaxLine bounds the result of [Line], in bytes.
	MaxLine = 512
	// maxMarks bounds the number of consecutive combining marks.
	maxMarks = 8

	ellipsis = "..."
)

// Text returns s in a form that a terminal can show. Newlines and tabs stay, carriage
// returns and invisible formatting (bidirectional overrides, zero-width spaces, tags)
// are removed, and each other control or unprintable character becomes a question mark.
// Bytes that are not UTF-8 become U+FFFD. A text of more than MaxText bytes is cut.
func Text(s string) string {
	// An invalid byte grows to three, no other character grows.
	s = s[:min(len(s), MaxText+utf8.UTFMax)]
	var f filter
	return cut(string(f.append(nil, []byte(s), true)), MaxText)
}

// Line returns s for use within a line of a message: like [Text], but on one line, with
// runs of white space joined, and of at most MaxLine bytes.
func Line(s string) string {
	s = s[:min(len(s), 2*MaxLine)]
	return cut(strings.Join(strings.Fields(Text(s)), " "), MaxLine)
}

// Quoted returns s for use below a message: like [Text], without white space at its
// ends, and with each line indented, so that it cannot be mistaken for a line of gm's.
// It is empty if there is nothing to show.
func Quoted(s string) string {
	s = strings.TrimSpace(Text(s))
	if s == "" {
		return ""
	}
	return "\n  " + strings.ReplaceAll(s, "\n", "\n  ")
}

// cut shortens s to limit bytes and marks the cut.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit - len(ellipsis)
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + ellipsis
}

// filter cleans a stream of bytes. The zero value is ready.
type filter struct {
	partial []byte // an incomplete character
	marks   int    // number of consecutive combining marks
	keepsBS bool   // keeps backspaces
}

// append appends the clean form of src to dst. An incomplete character at the end of src
// is kept for the next call unless final is set.
func (f *filter) append(dst, src []byte, final bool) []byte {
	src = append(f.partial, src...)
	for len(src) > 0 {
		if !final && !utf8.FullRune(src) {
			break
		}
		r, n := utf8.DecodeRune(src)
		dst = f.appendRune(dst, r)
		src = src[n:]
	}
	f.partial = append(f.partial[:0], src...)
	return dst
}

func (f *filter) appendRune(dst []byte, r rune) []byte {
	if unicode.In(r, unicode.Mn, unicode.Me) {
		if f.marks++; f.marks > maxMarks {
			return dst
		}
		return utf8.AppendRune(dst, r)
	}
	f.marks = 0
	switch {
	case r == '\n' || r == '\t' || unicode.IsPrint(r) || unicode.Is(unicode.Zs, r) || joins(r):
		return utf8.AppendRune(dst, r)
	case r == '\r' || unicode.Is(unicode.Cf, r):
		return dst
	case r == '\b' && f.keepsBS:
		return append(dst, '\b')
	}
	return append(dst, '?')
}

// joins reports whether r is ZERO WIDTH NON-JOINER or ZERO WIDTH JOINER, which Persian,
// Indic scripts and emoji require.
func joins(r rune) bool { return r == '\u200c' || r == '\u200d' }

// SSHError returns the text of an error of golang.org/x/crypto/ssh for a message. It is
// sanitized, because it can contain bytes from the host.
func SSHError(err error) string {
	text := err.Error()
	for _, prefix := range []string{"ssh: handshake failed: ", "ssh: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return Line(text)
}
