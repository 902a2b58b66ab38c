package keys

import (
	"unicode"
	"unicode/utf8"
)

func decode(raw []byte) Token {
	t := Token{Raw: raw, Kind: Other}
	switch {
	case raw[0] != esc:
		t.setCharacter(raw)
	case len(raw) > 2 && raw[1] == '[':
		t.setCSI(raw[2:])
	case len(raw) > 2 && raw[1] == 'O':
		t.setSS3(raw[2:])
	default:
		t = escapeKey(raw)
	}
	return t
}

func escapeKey(raw []byte) Token {
	t := Token{Raw: raw, Kind: Key, Code: Escape}
	if len(raw) > 1 {
		t.Mods = Alt
		t.setCharacter(raw[1:])
	}
	return t
}

func (t *Token) setCharacter(b []byte) {
	c, n := utf8.DecodeRune(b)
	if c == utf8.RuneError && n <= 1 {
		t.Kind = Other
		return
	}
	t.setRune(c)
}

func (t *Token) setCSI(b []byte) {
	body, final := b[:len(b)-1], b[len(b)-1]
	switch {
	case b[0] == 'M':
		t.Kind = Mouse
	case final < '@' || final >= del: // incomplete
	case len(body) > 0 && body[0] == '<' && (final == 'M' || final == 'm'):
		t.Kind = Mouse
	case len(body) == 0 && (final == 'I' || final == 'O'):
		t.Kind = Focus
	case len(body) == 1 && body[0] == '[' && final <= 'E':
		t.Kind, t.Code = Key, f1+rune(final-'A')
	default:
		p, ok := parseParams(body)
		if ok {
			t.setCSIKey(&p, final)
		}
	}
}

func (t *Token) setCSIKey(p *params, final byte) {
	switch final {
	case 'u':
		if p.n > 0 {
			t.setUnicodeKey(p)
		}
		return
	case '~':
		t.setNumberedKey(p)
		return
	case 'M':
		t.Kind = Mouse // urxvt's encoding, mode 1015
		return
	case 'Z':
		t.Kind, t.Code = Key, Tab
		t.setModifiers(p)
		t.Mods |= Shift
		return
	}
	code, ok := csiKeys[final]
	if !ok || final == 'R' && p.n > 1 && p.value[0][0] != 1 { // a cursor position report
		return
	}
	t.Kind, t.Code = Key, code
	if p.n == 1 && p.value[0][0] > 1 { // with modifyCursorKeys 0, the modifiers come first
		p.n, p.value[1] = 2, p.value[0]
	}
	t.setModifiers(p)
}

// csiKeys are the keys with a final byte of their own.
var csiKeys = map[byte]rune{
	'A': Up, 'B': Down, 'C': Right, 'D': Left, 'E': keypadBegin, 'F': End, 'H': Home,
	'P': f1, 'Q': f1 + 1, 'R': f1 + 2, 'S': f1 + 3,
	'a': Up, 'b': Down, 'c': Unknown, 'd': Left, // rxvt, with Shift
}

func (t *Token) setNumberedKey(p *params) {
	n := p.value[0][0]
	switch {
	case n == 27 && p.n >= 3: // modifyOtherKeys
		t.Kind = Key
		t.Mods = parseMods(p.value[1][0])
		t.Code = p.value[2][0]
		t.inferText()
		return
	case n == 200:
		t.Kind = Paste
		return
	case n == 201: // without a paste
		return
	}
	t.Kind, t.Code = Key, Unknown
	if int(n) < len(tildeKeys) {
		t.Code = tildeKeys[n]
	} else if n == keypadBegin {
		t.Code = n
	}
	t.setModifiers(p)
}

// tildeKeys are the keys with numbers (DEC VT220, xterm, rxvt).
var tildeKeys = [...]rune{
	1: Home, 2: Insert, 3: Delete, 4: End, 5: PageUp, 6: PageDown, 7: Home, 8: End,
	11: f1, 12: f1 + 1, 13: f1 + 2, 14: f1 + 3, 15: f1 + 4,
	17: f1 + 5, 18: f1 + 6, 19: f1 + 7, 20: f1 + 8, 21: f1 + 9,
	23: f1 + 10, 24: f1 + 11, 25: f1 + 12, 26: f1 + 13, 28: f1 + 14, 29: menu,
	31: f1 + 16, 32: f1 + 17, 33: f1 + 18, 34: f1 + 19,
}

func (t *Token) setUnicodeKey(p *params) {
	t.Kind = Key
	t.setModifiers(p)
	t.Code, t.Shifted, t.Base = p.value[0][0], p.value[0][1], p.value[0][2]
	if p.n > 2 {
		if text := p.value[2]; text[0] >= ' ' && text[1] == 0 {
			t.Text = text[0]
		}
		return
	}
	t.inferText()
}

// inferText sets Text to the character that the key types. It leaves Text at 0 if
// the character depends on the keyboard's layout, which is unknown.
func (t *Token) inferText() {
	c := t.Code
	switch {
	case t.Mods&^Shift != 0 || c < ' ' || c == del:
		return
	case c >= keypad0 && int(c-keypad0) < len(keypadText):
		c = rune(keypadText[c-keypad0])
	case c >= 0xe000 && c <= 0xf8ff: // other functional keys
		return
	case t.Mods&Shift != 0 && t.Shifted != 0 && !t.caps:
		c = t.Shifted
	case unicode.IsLetter(c):
		if (t.Mods&Shift != 0) != t.caps {
			c = unicode.ToUpper(c)
		}
	case t.Mods&Shift != 0 && t.Shifted != 0:
		c = t.Shifted
	case t.Mods&Shift != 0 && shiftedKeyUS(c) != 0: // depends on the layout
		return
	}
	if c >= ' ' {
		t.Text = c
	}
}

func (t *Token) setModifiers(p *params) {
	if p.n < 2 {
		return
	}
	t.Mods |= parseMods(p.value[1][0])
	t.caps = (max(p.value[1][0], 1)-1)&capsLockBit != 0
	switch p.value[1][1] {
	case 2:
		t.Event = Repeat
	case 3:
		t.Event = Release
	}
}

const capsLockBit = 64

func parseMods(parameter rune) Mods { return Mods(max(parameter, 1)-1) & allMods }

func (t *Token) setSS3(b []byte) {
	p, ok := parseParams(b[:len(b)-1])
	if !ok {
		return
	}
	final := b[len(b)-1]
	t.Kind, t.Code = Key, csiKeys[final]
	switch i := indexByte(keypadSS3, final); {
	case i >= 0:
		t.Code = keypad0 + rune(i)
		t.inferText()
	case final == ' ', final == 'I': // keypad keys too
		t.Code = map[byte]rune{' ': ' ', 'I': Tab}[final]
	}
	if p.n > 0 {
		t.Mods = parseMods(p.value[p.n-1][0])
	}
}

// keypadSS3 are the final bytes of the keypad in application mode, in the order
// of keypadText.
const keypadSS3 = "pqrstuvwxynojmkMXl"
