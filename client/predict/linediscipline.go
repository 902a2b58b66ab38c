package predict

import (
	"bytes"
	"unicode/utf8"

	"gm/wire/state"
)

// canonicalLine is the line in the host's line discipline that the program has not
// read yet. Its methods compute the echo of each key (termios(4); where that page
// leaves something open, as observed on Linux).
type canonicalLine struct {
	text         []byte // typed since the line began or was invalidated
	startUnknown bool   // there may be more before text
	hasInput     bool   // the line has begun: startColumn is fixed
	startColumn  int    // in which the line begins, as the discipline counts
	literal      bool   // the next key is inserted as it is (VLNEXT)
}

// maxCanonicalLine bounds canonicalLine.text. Linux accepts 4095 bytes.
const maxCanonicalLine = 1024

// lineEffect is the effect of a key apart from its echo, in order of strength.
type lineEffect uint8

const (
	lineContinues lineEffect = iota
	lineEnds                 // the program reads the line
	lineAborts               // the program gets a signal or an end of file
	lineUnknown              // the echo is unknown
)

func (l *canonicalLine) invalidate() {
	*l = canonicalLine{text: l.text[:0], startUnknown: true, hasInput: true}
}

func (l *canonicalLine) begin() { *l = canonicalLine{text: l.text[:0]} }

func (l *canonicalLine) clone() canonicalLine {
	line := *l
	line.text = bytes.Clone(l.text)
	return line
}

// keys appends the echo of keys to dst and returns the strongest of their effects.
func (l *canonicalLine) keys(dst []byte, d *state.Discipline, keys []byte) (echo []byte, strongest lineEffect) {
	for _, b := range keys {
		var effect lineEffect
		dst, effect = l.key(dst, d, b)
		strongest = max(strongest, effect)
	}
	return dst, strongest
}

func (l *canonicalLine) key(dst []byte, d *state.Discipline, b byte) ([]byte, lineEffect) {
	if l.literal {
		l.literal = false
		return l.insert(dst, d, b)
	}
	if b == '\r' && d.Has(state.ReturnIsNewline) {
		b = '\n'
	}
	switch {
	case d.Is(b, state.CharInterrupt), d.Is(b, state.CharQuit), d.Is(b, state.CharSuspend):
		l.begin()
		return append(dst, '^', b^0x40), lineAborts
	case d.Is(b, state.CharEOF):
		l.begin()
		return dst, lineAborts
	case b == '\n':
		l.begin()
		return appendNewline(dst, d), lineEnds
	case d.Is(b, state.CharEOL), d.Is(b, state.CharEOL2):
		dst, effect := l.insert(dst, d, b)
		l.begin()
		return dst, max(effect, lineEnds)
	}
	return l.edit(dst, d, b)
}

// edit handles the keys that edit the line. After ESC the echo is unknown, because
// the server may translate cursor keys.
func (l *canonicalLine) edit(dst []byte, d *state.Discipline, b byte) ([]byte, lineEffect) {
	switch {
	case d.Is(b, state.CharErase), d.Is(b, state.CharErase2):
		from := l.last(d)
		return l.erase(dst, d, state.EchoErase, from, from < len(l.text) && (from > 0 || isRuneStart(l.text[0], d)))
	case d.Is(b, state.CharWordErase):
		from := l.lastWord(d)
		return l.erase(dst, d, state.EchoErase, from, from > 0)
	case d.Is(b, state.CharKill):
		return l.erase(dst, d, state.EchoErase|state.EchoKill, 0, false)
	case d.Is(b, state.CharLiteralNext):
		if !d.Has(state.EchoControl) {
			return dst, lineUnknown
		}
		l.literal = true
		return append(dst, "^\b"...), lineContinues
	case d.Is(b, state.CharReprint):
		return l.reprint(dst, d, b)
	case d.Is(b, state.CharStart), d.Is(b, state.CharStop), d.Is(b, state.CharDiscard), b == 0x1b,
		d.Is(b, state.CharStatus), d.Is(b, state.CharDelayedSuspend):
		return dst, lineUnknown
	}
	return l.insert(dst, d, b)
}

func (l *canonicalLine) insert(dst []byte, d *state.Discipline, b byte) ([]byte, lineEffect) {
	unclear := b == '\t' && d.Has(state.ExpandedTabs) || isControl(b) && !d.Has(state.EchoControl)
	if unclear || len(l.text) == maxCanonicalLine {
		return dst, lineUnknown
	}
	l.text, l.hasInput = append(l.text, b), true
	return appendEcho(dst, b), lineContinues
}

// erase removes text[from:] and appends the echo of that if all of modes are set.
// bounded reports that nothing before from is erased even if the start of the
// line is unknown.
func (l *canonicalLine) erase(dst []byte, d *state.Discipline, modes state.DisciplineModes, from int, bounded bool) ([]byte, lineEffect) {
	if !d.Has(modes) {
		return dst, lineUnknown
	}
	if l.startUnknown && (!bounded || bytes.IndexByte(l.text[from:], '\t') >= 0) {
		return dst, lineUnknown
	}
	for len(l.text) > from {
		last := l.last(d)
		c := l.text[last]
		l.text = l.text[:last]
		switch {
		case c == '\t':
			dst = append(dst, bytes.Repeat([]byte{'\b'}, 8-l.column(d)%8)...)
		case isControl(c):
			dst = append(dst, "\b \b\b \b"...)
		default:
			dst = append(dst, "\b \b"...)
		}
	}
	return dst, lineContinues
}

// last returns the index of the last character, or 0 in an empty line.
func (l *canonicalLine) last(d *state.Discipline) int {
	i := max(len(l.text)-1, 0)
	for i > 0 && !isRuneStart(l.text[i], d) {
		i--
	}
	return i
}

// isRuneStart reports whether b is the first byte of a character. Without IUTF8,
// each byte is one.
func isRuneStart(b byte, d *state.Discipline) bool { return !d.Has(state.UTF8) || utf8.RuneStart(b) }

// lastWord returns the index of the last word. Anything but words may follow it.
func (l *canonicalLine) lastWord(d *state.Discipline) int {
	line := canonicalLine{text: l.text}
	for word := false; len(line.text) > 0; {
		last := line.last(d)
		in := isWordByte(line.text[last], d)
		if word && !in {
			break
		}
		word, line.text = in, line.text[:last]
	}
	return len(line.text)
}

// isWordByte reports whether the character that begins with b belongs to a word.
// Linux classifies bytes as Latin-1.
func isWordByte(b byte, d *state.Discipline) bool {
	if d.Has(state.BlankWords) {
		return b != ' ' && b != '\t'
	}
	return b == '_' || '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' ||
		b >= 0xc0 && b != 0xd7 && b != 0xf7
}

func (l *canonicalLine) column(d *state.Discipline) int {
	x := l.startColumn
	for _, b := range l.text {
		switch {
		case b == '\t':
			x += 8 - x%8
		case isControl(b):
			x += 2
		case isRuneStart(b, d):
			x++
		}
	}
	return x
}

func (l *canonicalLine) reprint(dst []byte, d *state.Discipline, b byte) ([]byte, lineEffect) {
	if l.startUnknown || !d.Has(state.EchoControl) {
		return dst, lineUnknown
	}
	dst = appendNewline(append(dst, '^', b^0x40), d)
	for _, b := range l.text {
		dst = appendEcho(dst, b)
	}
	l.startColumn = 0
	return dst, lineContinues
}

func appendNewline(dst []byte, d *state.Discipline) []byte {
	if d.Has(state.NewlineReturns) {
		dst = append(dst, '\r')
	}
	return append(dst, '\n')
}

func appendEcho(dst []byte, b byte) []byte {
	if isControl(b) {
		return append(dst, '^', b^0x40)
	}
	return append(dst, b)
}

func isControl(b byte) bool { return b < ' ' && b != '\t' || b == 0x7f }
