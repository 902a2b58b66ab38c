package predict

import "gm/client/keys"

// keyKind is what a key does to a line of text.
type keyKind uint8

const (
	keyText      keyKind = iota // prints key.text
	keyBackspace                // erases to the left
	keyLeft
	keyRight
	keyReturn
	keyOther // its effect is not known
)

type key struct {
	kind keyKind
	text rune
}

// keyParser makes keys of what the keyboard sends, in any protocol. Releases,
// modifiers by themselves and reports of the focus are none.
type keyParser struct{ splitter keys.Splitter }

// next returns the first key of input and what comes after it; ok is false if
// there is none.
func (p *keyParser) next(input []byte) (k key, rest []byte, ok bool) {
	for {
		t, rest, ok := p.splitter.Next(input)
		if !ok {
			return key{}, nil, false
		}
		input = rest
		switch {
		case t.Kind == keys.Key && !t.Pressed(), t.Kind == keys.Focus:
		default:
			return keyOf(&t), rest, true
		}
	}
}

// keyOf returns the key that a token is.
func keyOf(t *keys.Token) key {
	if t.Kind != keys.Key {
		return key{kind: keyOther}
	}
	if t.Text != 0 {
		return key{kind: keyText, text: t.Text}
	}
	switch t.Plain() {
	case keys.Backspace, '\b':
		return key{kind: keyBackspace}
	case keys.Left:
		return key{kind: keyLeft}
	case keys.Right:
		return key{kind: keyRight}
	case keys.Enter, '\n':
		return key{kind: keyReturn}
	}
	return key{kind: keyOther}
}
