package keys

// Legacy returns the byte that the key sends without a keyboard protocol: an ASCII
// character or a control character. ok is false if it sends nothing, or more than
// one byte. A release has the byte of its press.
//
// If the terminal reported neither the text nor the shifted key, Legacy assumes a
// US keyboard.
func (t *Token) Legacy() (b byte, ok bool) {
	switch {
	case t.Kind != Key || t.Mods&^(Shift|Ctrl) != 0:
		return 0, false
	case t.Code == Tab && t.Mods&Shift != 0: // CBT
		return 0, false
	case t.Mods&Ctrl != 0:
		return t.legacyControl()
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

// isNUL reports whether t is the control character NUL; unknown keys have the same
// Code.
func (t *Token) isNUL() bool { return len(t.Raw) == 1 && t.Raw[0] == 0 }

func ascii(c rune) (byte, bool) { return byte(c), c > 0 && c <= del }

func (t *Token) character() rune {
	if i := t.Code - keypad0; i >= 0 && int(i) < len(keypadText) {
		return rune(keypadText[i])
	}
	return t.Code
}

func (t *Token) shifted() rune {
	if t.Shifted != 0 {
		return t.Shifted
	}
	return shiftedKeyUS(t.Code)
}

// legacyControl is Legacy for a key with Ctrl. For a key of another script, the key
// in the same place of a US keyboard counts, as without a protocol.
func (t *Token) legacyControl() (b byte, ok bool) {
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

func controlOrSelf(c rune) (byte, bool) {
	if b, ok := controlOf(c); ok {
		return b, true
	}
	return ascii(c)
}

// controlOf returns the control character that c sends with Ctrl (kitty keyboard
// protocol, "Legacy ctrl mapping of ASCII keys"; xterm maps ` { | } too).
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

// shiftedUS holds pairs of characters that a key of a US keyboard types without and
// with Shift.
const shiftedUS = "`~1!2@3#4$5%6^7&8*9(0)-_=+[{]}\\|;:'\",<.>/?"

func shiftedKeyUS(c rune) rune {
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
