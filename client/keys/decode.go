package keys

import (
	"unicode"
	"unicode/utf8"
)

// decode returns the token that raw is, as scan has cut it.
func decode(raw []byte) Token {
	t := Token{Raw: raw, Kind: Other}
	switch {
	case raw[0] != esc:
		t.rune(raw)
	case len(raw) > 2 && raw[1] == '[':
		t.csi(raw[2:])
	case len(raw) > 2 && raw[1] == 'O':
		t.ss3(raw[2:])
	default:
		t = alone(raw)
	}
	return t
}

// alone returns the token of ESC with at most one character after it.
func alone(raw []byte) Token {
	t := Token{Raw: raw, Kind: Key, Code: Escape}
	if len(raw) > 1 {
		t.Mods = Alt
		t.rune(raw[1:])
	}
	return t
}

// rune sets t to a character, of which b has the bytes.
func (t *Token) rune(b []byte) {
	c, n := utf8.DecodeRune(b)
	if c == utf8.RuneError && n <= 1 {
		t.Kind = Other
		return
	}
	t.text(c)
}

// csi sets t to a CSI sequence: parameters and the final byte.
func (t *Token) csi(b []byte) {
	body, final := b[:len(b)-1], b[len(b)-1]
	switch {
	case b[0] == 'M':
		t.Kind = Mouse
	case final < '@' || final >= del: // cut off
	case len(body) > 0 && body[0] == '<' && (final == 'M' || final == 'm'):
		t.Kind = Mouse
	case len(body) == 0 && (final == 'I' || final == 'O'):
		t.Kind = Focus
	case len(body) == 1 && body[0] == '[' && final <= 'E':
		t.Kind, t.Code = Key, f1+rune(final-'A')
	default:
		p, ok := parseParams(body)
		if ok {
			t.key(&p, final)
		}
	}
}

// key sets t to the key of a CSI sequence.
func (t *Token) key(p *params, final byte) {
	switch final {
	case 'u':
		if p.n > 0 {
			t.unicode(p)
		}
		return
	case '~':
		t.tilde(p)
		return
	case 'M':
		t.Kind = Mouse // URXVT's encoding, mode 1015
		return
	case 'Z':
		t.Kind, t.Code = Key, Tab
		t.modifiers(p)
		t.Mods |= Shift
		return
	}
	code, ok := csiKeys[final]
	if !ok || final == 'R' && p.n > 1 && p.value[0][0] != 1 { // a cursor position report
		return
	}
	t.Kind, t.Code = Key, code
	if p.n == 1 && p.value[0][0] > 1 { // modifyCursorKeys 0 has no first parameter
		p.n, p.value[1] = 2, p.value[0]
	}
	t.modifiers(p)
}

// csiKeys are the keys with a final byte of their own.
var csiKeys = map[byte]rune{
	'A': Up, 'B': Down, 'C': Right, 'D': Left, 'E': keypadBegin, 'F': End, 'H': Home,
	'P': f1, 'Q': f1 + 1, 'R': f1 + 2, 'S': f1 + 3,
	'a': Up, 'b': Down, 'c': Unknown, 'd': Left, // rxvt, with Shift
}

// tilde sets t to a key of CSI number ~.
func (t *Token) tilde(p *params) {
	n := p.value[0][0]
	switch {
	case n == 27 && p.n >= 3: // modifyOtherKeys
		t.Kind = Key
		t.Mods = modsOf(p.value[1][0])
		t.Code = p.value[2][0]
		t.typed()
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
	t.modifiers(p)
}

// tildeKeys are the keys with numbers (DEC VT220, xterm, rxvt).
var tildeKeys = [...]rune{
	1: Home, 2: Insert, 3: Delete, 4: End, 5: PageUp, 6: PageDown, 7: Home, 8: End,
	11: f1, 12: f1 + 1, 13: f1 + 2, 14: f1 + 3, 15: f1 + 4,
	17: f1 + 5, 18: f1 + 6, 19: f1 + 7, 20: f1 + 8, 21: f1 + 9,
	23: f1 + 10, 24: f1 + 11, 25: f1 + 12, 26: f1 + 13, 28: f1 + 14, 29: menu,
	31: f1 + 16, 32: f1 + 17, 33: f1 + 18, 34: f1 + 19,
}

// unicode sets t to a key of CSI u.
func (t *Token) unicode(p *params) {
	t.Kind = Key
	t.modifiers(p)
	t.Code, t.Shifted, t.Base = p.value[0][0], p.value[0][1], p.value[0][2]
	if p.n > 2 {
		if text := p.value[2]; text[0] >= ' ' && text[1] == 0 {
			t.Text = text[0]
		}
		return
	}
	t.typed()
}

// typed sets the text that a key types if the terminal did not report it, as far
// as that is known.
func (t *Token) typed() {
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
	case t.Mods&Shift != 0 && shiftUS(c) != 0: // what it types depends on the keyboard
		return
	}
	if c >= ' ' {
		t.Text = c
	}
}

// modifiers sets what the second parameter of a key's sequence tells.
func (t *Token) modifiers(p *params) {
	if p.n < 2 {
		return
	}
	t.Mods |= modsOf(p.value[1][0])
	t.caps = (max(p.value[1][0], 1)-1)&capsLockBit != 0
	switch p.value[1][1] {
	case 2:
		t.Event = Repeat
	case 3:
		t.Event = Release
	}
}

const capsLockBit = 64

// modsOf returns the modifiers of a parameter: 1 and a bit for each.
func modsOf(parameter rune) Mods { return Mods(max(parameter, 1)-1) & mods }

// ss3 sets t to the key of an SS3 sequence: modifiers, perhaps, and the final
// byte.
func (t *Token) ss3(b []byte) {
	p, ok := parseParams(b[:len(b)-1])
	if !ok {
		return
	}
	final := b[len(b)-1]
	t.Kind, t.Code = Key, csiKeys[final]
	switch i := indexByte(keypadSS3, final); {
	case i >= 0:
		t.Code = keypad0 + rune(i)
		t.typed()
	case final == ' ', final == 'I': // of the keypad as well
		t.Code = map[byte]rune{' ': ' ', 'I': Tab}[final]
	}
	if p.n > 0 {
		t.Mods = modsOf(p.value[p.n-1][0])
	}
}

// keypadSS3 are the final bytes of the keypad in application mode, in the order
// of keypadText.
const keypadSS3 = "pqrstuvwxynojmkMXl"
