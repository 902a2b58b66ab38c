package keys

import "unicode/utf8"

const (
	esc = 0x1b
	del = 0x7f

	// maxSequence bounds a sequence, in bytes. A longer one is split.
	maxSequence = 256

	// x10Report is the number of bytes of a mouse report without an encoding
	// (X10, 1000 and so on, without 1005, 1006 or 1015).
	x10Report = len("\x1b[Mbxy")
)

// scan returns the length of the first token in b, which is not empty, or 0 if b
// is only the beginning of one. noAlt is Splitter.NoAlt.
//
// A control character ends a sequence before it: the user's escape key must not
// disappear in one that was cut off.
func scan(b []byte, noAlt bool) int {
	switch {
	case b[0] != esc:
		return scanRune(b)
	case len(b) == 1:
		return 0
	case b[1] == '[':
		return scanCSI(b)
	case b[1] == 'O':
		return scanSS3(b)
	case b[1] < ' ' || b[1] == del || noAlt: // Escape and then another key
		return 1
	}
	if n := scanRune(b[1:]); n > 0 {
		return 1 + n
	}
	return 0
}

// scanRune is scan for a character. What is none ends before the byte that shows
// it.
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

func scanCSI(b []byte) int {
	switch {
	case len(b) == 2:
		return 0
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

// scanMouse is scan for CSI M, which may also be a key: then nothing is lost but
// the meaning of the next three characters.
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

// scanSS3 takes parameters too: old versions of xterm write ESC O 5 A.
func scanSS3(b []byte) int {
	i := 2
	for i < len(b) && (b[i] >= '0' && b[i] <= '9' || b[i] == ';') && i < maxSequence {
		i++
	}
	return scanFinal(b, i, ' ', '~')
}

// scanFinal is scan for a sequence that is as long as i and the byte there, if
// that is from first to last.
func scanFinal(b []byte, i int, first, last byte) int {
	switch {
	case i == len(b):
		return 0
	case b[i] >= first && b[i] <= last:
		return i + 1
	}
	return i
}
