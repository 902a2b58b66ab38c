package client

import "unicode/utf8"

// keyKind is what a key does to a line of text.
type keyKind uint8

const (
	keyText      keyKind = iota // prints key.text
	keyBackspace                // erases to the left
	keyLeft
	keyRight
	keyReturn
	keyOther // nobody knows
)

type key struct {
	kind keyKind
	text rune
}

// keyParser cuts the bytes of the keyboard into keys: UTF-8, control
// characters, and the sequences of special keys (ECMA-48 CSI, and SS3 for
// cursor keys in application mode).
type keyParser struct {
	state   keyState
	partial [utf8.UTFMax]byte // of a code point
	n       int
}

type keyState uint8

const (
	keysGround keyState = iota
	keysEscape          // after ESC
	keysCSI             // after ESC [
	keysSS3             // after ESC O
)

// next takes a byte and gives the key that it completes.
func (p *keyParser) next(b byte) (key, bool) {
	switch p.state {
	case keysEscape:
		return p.escape(b)
	case keysCSI, keysSS3:
		return p.sequence(b)
	}
	return p.ground(b)
}

func (p *keyParser) ground(b byte) (key, bool) {
	switch {
	case p.n > 0 || b >= utf8.RuneSelf:
		return p.codePoint(b)
	case b == 0x1b:
		p.state = keysEscape
		return key{}, false
	case b == 0x7f || b == '\b':
		return key{kind: keyBackspace}, true
	case b == '\r' || b == '\n':
		return key{kind: keyReturn}, true
	case b < ' ':
		return key{kind: keyOther}, true
	}
	return key{kind: keyText, text: rune(b)}, true
}

// codePoint gathers the bytes of a code point. A byte that does not belong to
// one ends it.
func (p *keyParser) codePoint(b byte) (key, bool) {
	p.partial[p.n] = b
	p.n++
	bytes := p.partial[:p.n]
	if !utf8.FullRune(bytes) {
		return key{}, false
	}
	p.n = 0
	if c, size := utf8.DecodeRune(bytes); c != utf8.RuneError && size == len(bytes) {
		return key{kind: keyText, text: c}, true
	}
	return key{kind: keyOther}, true
}

func (p *keyParser) escape(b byte) (key, bool) {
	switch b {
	case '[':
		p.state, p.n = keysCSI, 0
		return key{}, false
	case 'O':
		p.state, p.n = keysSS3, 0
		return key{}, false
	case 0x1b:
		return key{kind: keyOther}, true
	}
	p.state = keysGround
	return key{kind: keyOther}, true
}

// sequence reads up to the final byte. p.n says that there were parameters:
// only plain cursor keys are predicted.
func (p *keyParser) sequence(b byte) (key, bool) {
	if b < '@' || b > '~' {
		if b == 0x1b {
			p.state, p.n = keysEscape, 0
			return key{kind: keyOther}, true
		}
		p.n = 1
		return key{}, false
	}
	plain := p.n == 0
	p.state, p.n = keysGround, 0
	switch {
	case plain && b == 'C':
		return key{kind: keyRight}, true
	case plain && b == 'D':
		return key{kind: keyLeft}, true
	}
	return key{kind: keyOther}, true
}
