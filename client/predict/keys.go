package predict

import "gm/client/keys"

// keyKind is the effect of a key on a line of text.
type keyKind uint8

const (
	keyText      keyKind = iota // prints key.text
	keyBackspace                // erases to the left
	keyLeft
	keyRight
	keyReturn
	keyOther // unknown effect
)

type key struct {
	kind keyKind
	text rune
}

// keyParser splits keyboard input of any protocol into keys. It skips releases,
// modifiers pressed alone and focus reports.
type keyParser struct{ splitter keys.Splitter }

// next returns the first key of input and the bytes after it, or false if input
// holds no complete key.
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
