package keys

// Legacy returns the byte that the key sends to a program that asked for no
// protocol: an ASCII character or a control character. ok is false if that is
// nothing, or more than one byte. For a key that is released it is the byte that
// pressing it sent.
//
// Where the terminal did not report the text or the shifted key, those of a US
// keyboard are taken.
func (t *Token) Legacy() (b byte, ok bool) {
	switch {
	case t.Kind != Key || t.Mods&^(Shift|Ctrl) != 0:
		return 0, false
	case t.Code == Tab && t.Mods&Shift != 0: // CBT
		return 0, false
	case t.Mods&Ctrl != 0:
		return t.control()
	case t.Text != 0:
		return ascii(t.Text)
	case t.Code == Unknown:
		return 0, t.isNUL()
	case t.Mods&Shift != 0:
		if c := t.shifted(); c != 0 {
			return ascii(c)
		}
	}
	return ascii(t.character())
}

// isNUL reports whether t is the control character NUL, and no key that is not
// known.
func (t *Token) isNUL() bool { return len(t.Raw) == 1 && t.Raw[0] == 0 }

func ascii(c rune) (byte, bool) { return byte(c), c > 0 && c <= del }

// character is the code point of the key, with those of the numeric keypad.
func (t *Token) character() rune {
	if i := t.Code - keypad0; i >= 0 && int(i) < len(keypadText) {
		return rune(keypadText[i])
	}
	return t.Code
}

// shifted returns what the key types with Shift; 0 if that is not known.
func (t *Token) shifted() rune {
	if t.Shifted != 0 {
		return t.Shifted
	}
	return shiftUS(t.Code)
}

// control returns what the key sends with Ctrl. On a keyboard of another script
// the key in the same place of a US keyboard counts, as without a protocol.
func (t *Token) control() (b byte, ok bool) {
	key := *t
	switch {
	case t.Mods&Shift != 0 && t.Shifted > 0 && t.Shifted < del:
		return controlOrSelf(t.Shifted)
	case t.Code > del && t.Base != 0:
		key.Code, key.Shifted = t.Base, 0
	}
	if c := key.shifted(); c != 0 && t.Mods&Shift != 0 {
		if b, ok := controlOf(c); ok {
			return b, true
		}
		if _, ok := controlOf(key.character()); !ok {
			return ascii(c)
		}
	}
	return controlOrSelf(key.character())
}

// controlOrSelf returns what a key with Ctrl sends: not all have a control
// character.
func controlOrSelf(c rune) (byte, bool) {
	if b, ok := controlOf(c); ok {
		return b, true
	}
	return ascii(c)
}

// controlOf returns the control character of a key with Ctrl (kitty keyboard
// protocol, "Legacy ctrl mapping of ASCII keys"; xterm has ` and { | } too). The
// others send themselves.
func controlOf(c rune) (b byte, ok bool) {
	switch {
	case c >= '@' && c <= '~':
		return byte(c & 0x1f), true
	case c >= '2' && c <= '8':
		return "\x00\x1b\x1c\x1d\x1e\x1f\x7f"[c-'2'], true
	}
	switch c {
	case ' ':
		return 0, true
	case '/':
		return 0x1f, true
	case '?':
		return del, true
	case Backspace:
		return '\b', true
	case Enter, Tab, Escape:
		return byte(c), true
	}
	return 0, false
}

// shiftedUS are pairs: a key of a US keyboard and what it types with Shift.
const shiftedUS = "`~1!2@3#4$5%6^7&8*9(0)-_=+[{]}\\|;:'\",<.>/?"

// shiftUS returns what a key of a US keyboard types with Shift, 0 if c is none.
func shiftUS(c rune) rune {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	for i := 0; i < len(shiftedUS); i += 2 {
		if rune(shiftedUS[i]) == c {
			return rune(shiftedUS[i+1])
		}
	}
	return 0
}
