package keys

import "unicode/utf8"

// Kind is the kind of a Token.
type Kind uint8

const (
	Key   Kind = iota // a key was pressed, is repeating or was released
	Paste             // a part of a paste, with its brackets
	Mouse             // a mouse report
	Focus             // a focus report
	Other             // anything else: a report, a malformed sequence
)

// Event is what happened to a key. Without the kitty protocol every key is
// pressed, also one that repeats.
type Event uint8

const (
	Press Event = iota
	Repeat
	Release
)

// Mods are the modifier keys that are held. Caps Lock and Num Lock are left out.
type Mods uint8

const (
	Shift Mods = 1 << iota
	Alt
	Ctrl
	Super // xterm calls it Meta
	Hyper
	Meta
	mods = Shift | Alt | Ctrl | Super | Hyper | Meta
)

// Codes of keys that type no text. Those that the kitty protocol sends by number
// have that number; the others, which it sends as CSI sequences of old, have
// numbers that it leaves free.
const (
	Unknown   rune = 0
	Tab       rune = 9
	Enter     rune = 13
	Escape    rune = 27
	Backspace rune = 127

	Insert   rune = 57348
	Delete   rune = 57349
	Left     rune = 57350
	Right    rune = 57351
	Up       rune = 57352
	Down     rune = 57353
	PageUp   rune = 57354
	PageDown rune = 57355
	Home     rune = 57356
	End      rune = 57357

	capsLock   rune = 57358
	scrollLock rune = 57359
	numLock    rune = 57360
	menu       rune = 57363
	f1         rune = 57364 // to F35
	keypad0    rune = 57399 // to the keypad's 9
	keypadDot  rune = 57409 // and then / * - + Enter = ,
	KeypadLeft rune = 57417 // and then the others of keypadArrows

	keypadBegin   rune = 57427
	firstModifier rune = 57441 // left Shift
	lastModifier  rune = 57454 // ISO level 5 shift
)

// keypadText is what the keys from keypad0 on type.
const keypadText = "0123456789./*-+\r=,"

// keypadArrows are what the keys from KeypadLeft on do.
var keypadArrows = [...]rune{Left, Right, Up, Down, PageUp, PageDown, Home, End, Insert, Delete}

// Token is one unit of a terminal's input.
type Token struct {
	// Raw is the token as it came, but for what Splitter.Early returned of it.
	// It is valid until the next call of the Splitter.
	Raw   []byte
	Kind  Kind
	Event Event // of a Key; the fields below too
	Mods  Mods
	// Code is the key: the code point that it types without modifiers, or one
	// of the constants. For input without a protocol it is the character.
	Code rune
	// Shifted is the code point of the key with Shift, and Base that of the key
	// in the same place of a US keyboard; 0 if the terminal did not report them.
	Shifted, Base rune
	// Text is the character typed: 0 if there is none, if there are several, or
	// if it is not known.
	Text rune

	caps bool // Caps Lock is on
}

// Pressed reports whether t is a key that goes down or repeats and is more than
// a modifier: what a person means by typing a key.
func (t *Token) Pressed() bool {
	return t.Kind == Key && t.Event != Release && !t.Modifier()
}

// Modifier reports whether t is a modifier key by itself.
func (t *Token) Modifier() bool {
	return t.Kind == Key && (t.Code >= firstModifier && t.Code <= lastModifier || t.Code == capsLock || t.Code == numLock || t.Code == scrollLock)
}

// Plain returns the code of the key, that of the same key elsewhere for one of the
// numeric keypad, if no modifier is held; else Unknown.
func (t *Token) Plain() rune {
	switch i := t.Code - KeypadLeft; {
	case t.Mods != 0:
		return Unknown
	case i >= 0 && int(i) < len(keypadArrows):
		return keypadArrows[i]
	case t.Code == keypad0+rune(len("0123456789./*-+")):
		return Enter
	}
	return t.Code
}

// text sets the fields of a key that came as the character c.
func (t *Token) text(c rune) {
	t.Kind, t.Code = Key, c
	if c >= ' ' && c != 0x7f && c != utf8.RuneError && t.Mods&^Shift == 0 {
		t.Text = c
	}
}
