package predict

import (
	"bytes"
	"unicode/utf8"

	"gm/wire/state"
)

// canonicalLine is the line that the host's line discipline has gathered and not
// yet given to the program. It tells what each key makes the discipline echo
// (termios(4); what that leaves open is as Linux was seen to do it).
type canonicalLine struct {
	text         []byte // typed since the line began, or since it was lost
	startUnknown bool   // there may be more before text
	hasInput     bool   // something was typed
	startColumn  int    // the column that the line begins in, as the discipline counts
	literal      bool   // the next key has no meaning (VLNEXT)
}

// maxCanonicalLine bounds kernelLine.text. Linux takes 4095 bytes.
const maxCanonicalLine = 1024

// lineEffect is what a key does beside its echo.
type lineEffect uint8

const (
	lineContinues lineEffect = iota
	lineEnds                 // the program is given the line
	lineAborts               // the program is given a signal or an end of file
	lineUnknown              // the echo is not known
)

// invalidate forgets the line: something may have happened to it.
func (l *canonicalLine) invalidate() {
	*l = canonicalLine{text: l.text[:0], startUnknown: true, hasInput: true}
}

// begin begins a line in the first column.
func (l *canonicalLine) begin() { *l = canonicalLine{text: l.text[:0]} }

// clone gives a line that can be changed by itself.
func (l *canonicalLine) clone() canonicalLine {
	line := *l
	line.text = bytes.Clone(l.text)
	return line
}

// keys appends the echo of keys, and gives the strongest of their effects.
func (l *canonicalLine) keys(dst []byte, d *state.Discipline, keys []byte) (echo []byte, strongest lineEffect) {
	for _, b := range keys {
		var effect lineEffect
		dst, effect = l.key(dst, d, b)
		strongest = max(strongest, effect)
	}
	return dst, strongest
}

// key appends the echo of a key in a discipline that echoes lines.
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

// edit takes the keys that change the line.
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
		return dst, lineUnknown // and after ESC the server may change keys
	}
	return l.insert(dst, d, b)
}

// insert adds b to the line.
func (l *canonicalLine) insert(dst []byte, d *state.Discipline, b byte) ([]byte, lineEffect) {
	unclear := b == '\t' && d.Has(state.ExpandedTabs) || isControl(b) && !d.Has(state.EchoControl)
	if unclear || len(l.text) == maxCanonicalLine {
		return dst, lineUnknown
	}
	l.text, l.hasInput = append(l.text, b), true
	return appendEcho(dst, b), lineContinues
}

// erase takes the text from a place on, which is seen in these modes. within says
// that no more than this goes even if there is more before it.
func (l *canonicalLine) erase(dst []byte, d *state.Discipline, seen state.DisciplineModes, from int, within bool) ([]byte, lineEffect) {
	if !d.Has(seen) {
		return dst, lineUnknown
	}
	if l.startUnknown && (!within || bytes.IndexByte(l.text[from:], '\t') >= 0) {
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

// last is where the last character begins; 0 in an empty line.
func (l *canonicalLine) last(d *state.Discipline) int {
	i := max(len(l.text)-1, 0)
	for i > 0 && !isRuneStart(l.text[i], d) {
		i--
	}
	return i
}

// isRuneStart says that b is the first byte of a character.
func isRuneStart(b byte, d *state.Discipline) bool { return !d.Has(state.UTF8) || utf8.RuneStart(b) }

// lastWord is where the last word begins: behind it may be anything that is not
// of a word.
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

// isWordByte says that the character which begins with b belongs to a word. Linux
// goes by Latin-1.
func isWordByte(b byte, d *state.Discipline) bool {
	if d.Has(state.BlankWords) {
		return b != ' ' && b != '\t'
	}
	return b == '_' || '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' ||
		b >= 0xc0 && b != 0xd7 && b != 0xf7
}

// column is where the line ends, as the discipline counts.
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

// reprint shows the line once more.
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

// appendEcho appends how b is seen.
func appendEcho(dst []byte, b byte) []byte {
	if isControl(b) {
		return append(dst, '^', b^0x40)
	}
	return append(dst, b)
}

// isControl says that b is shown as ^X.
func isControl(b byte) bool { return b < ' ' && b != '\t' || b == 0x7f }
