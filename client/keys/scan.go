package keys

import "unicode/utf8"

const (
	esc = 0x1b
	del = 0x7f

	// maxSequence bounds a sequence, in bytes. Longer ones are split.
	maxSequence = 256

	// x10Report is the length of a mouse report in the default encoding (xterm
	// ctlseqs: modes 9 and 1000 to 1003 without 1005, 1006 and 1015).
	x10Report = len("\x1b[Mbxy")
)

// scan returns the length of the first token in b, which must not be empty, or 0 if
// the token is incomplete.
//
// A control character ends an incomplete sequence before it, so that the user's
// escape key is never part of one.
func (s *Splitter) scan(b []byte) int {
	switch {
	case b[0] != esc:
		return scanRune(b)
	case len(b) == 1:
		return 0
	case b[1] == '[':
		return s.scanCSI(b)
	case b[1] == 'O':
		return scanSS3(b)
	case b[1] < ' ' || b[1] == del || s.NoAlt: // Escape, then another key
		return 1
	}
	if n := scanRune(b[1:]); n > 0 {
		return 1 + n
	}
	return 0
}

// scanRune is scan for a character. Invalid UTF-8 ends before the first byte that
// cannot continue it.
func scanRune(b []byte) int {
	if b[0] < utf8.RuneSelf {
		return 1
	}
	if !utf8.FullRune(b) {
		return 0
	}
	c, n := utf8.DecodeRune(b)
	if c == utf8.RuneError && n == 1 {
		for n < len(b) && !utf8.FullRune(b[:n+1]) {
			n++
		}
	}
	return n
}

func (s *Splitter) scanCSI(b []byte) int {
	switch {
	case len(b) == 2:
		return 0
	case b[2] == 'M' && s.UTF8Mouse:
		return scanUTF8Mouse(b)
	case b[2] == 'M':
		return scanMouse(b)
	case b[2] == '[': // a function key of the Linux console
		return scanFinal(b, 3, 'A', 'Z')
	}
	for i := 2; i < len(b); i++ {
		switch {
		case i == maxSequence:
			return i
		case b[i] >= '@' && b[i] < del:
			return i + 1
		case b[i] < ' ' || b[i] >= del:
			return i
		}
	}
	return 0
}

// scanMouse is scan for CSI M, which is also a key of some terminals: then the next
// three characters become part of its token.
func scanMouse(b []byte) int {
	for i := 3; i < min(len(b), x10Report); i++ {
		if b[i] < ' ' || b[i] == del {
			return i
		}
	}
	if len(b) < x10Report {
		return 0
	}
	return x10Report
}

func scanUTF8Mouse(b []byte) int {
	i := 3
	for range x10Report - 3 {
		switch {
		case i == len(b):
			return 0
		case b[i] < ' ' || b[i] == del:
			return i
		case !utf8.FullRune(b[i:]):
			return 0
		}
		_, n := utf8.DecodeRune(b[i:])
		i += n
	}
	return i
}

// scanSS3 is scan for SS3, with parameters: old versions of xterm send ESC O 5 A.
func scanSS3(b []byte) int {
	i := 2
	for i < len(b) && (b[i] >= '0' && b[i] <= '9' || b[i] == ';') && i < maxSequence {
		i++
	}
	return scanFinal(b, i, ' ', '~')
}

// scanFinal is scan for a sequence whose final byte b[i] is from first to last. With
// another byte there, the sequence ends before it.
func scanFinal(b []byte, i int, first, last byte) int {
	switch {
	case i == len(b):
		return 0
	case b[i] >= first && b[i] <= last:
		return i + 1
	}
	return i
}
