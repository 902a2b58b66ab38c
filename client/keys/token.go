package keys

import "unicode/utf8"

// Kind is the kind of a Token.
type Kind uint8

const (
	Key   Kind = iota // a press, a repeat or a release
	Paste             // part of a bracketed paste, or a bracket
	Mouse             // a mouse report
	Focus             // a focus report
	Other             // another report, or a malformed sequence
)

// Event is the event of a key. Without the kitty protocol, a repeat is a Press and
// there are no releases.
type Event uint8

const (
	Press Event = iota
	Repeat
	Release
)

// Mods is a set of held modifier keys, without Caps Lock and Num Lock.
type Mods uint8

const (
	Shift Mods = 1 << iota
	Alt
	Ctrl
	Super // xterm calls it Meta
	Hyper
	Meta
	allMods = Shift | Alt | Ctrl | Super | Hyper | Meta
)

// Codes of keys that type no text. They are the numbers of the kitty protocol; keys
// for which it keeps the older CSI sequences have numbers that it does not use.
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
	keypadDot  rune = 57409 // followed by / * - + Enter = ,
	KeypadLeft rune = 57417 // followed by the others of keypadArrows

	keypadBegin   rune = 57427
	firstModifier rune = 57441 // left Shift
	lastModifier  rune = 57454 // ISO level 5 shift
)

// keypadText holds the characters of the keys from keypad0 on.
const keypadText = "0123456789./*-+\r=,"

// keypadArrows holds the functions of the keys from KeypadLeft on.
var keypadArrows = [...]rune{Left, Right, Up, Down, PageUp, PageDown, Home, End, Insert, Delete}

// Token is one unit of a terminal's input.
type Token struct {
	// Raw holds the bytes of the token that Splitter.Early has not returned. It is
	// valid until the next call of the Splitter.
	Raw   []byte
	Kind  Kind
	Event Event // of a Key; the fields below too
	Mods  Mods
	// Code identifies the key: the code point that it types without modifiers, or
	// one of the constants. Without a protocol, it is the character received.
	Code rune
	// Shifted is the code point of the key with Shift. Base is that of the key in
	// the same place of a US keyboard. Both are 0 if the terminal does not report
	// them.
	Shifted, Base rune
	// Text is the character typed, or 0 for none, for several and if unknown.
	Text rune

	caps      bool // Caps Lock is on
	utf8Mouse bool // Splitter.UTF8Mouse
}

// Pressed reports whether t is the press or repeat of a key other than a modifier.
func (t *Token) Pressed() bool {
	return t.Kind == Key && t.Event != Release && !t.Modifier()
}

// Modifier reports whether t is an event of a modifier key.
func (t *Token) Modifier() bool {
	return t.Kind == Key && (t.Code >= firstModifier && t.Code <= lastModifier || t.Code == capsLock || t.Code == numLock || t.Code == scrollLock)
}

// Plain returns the code of the key, or Unknown if a modifier is held. Arrows, Enter
// and the like on the numeric keypad have the codes of the main keys.
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

func (t *Token) setRune(c rune) {
	t.Kind, t.Code = Key, c
	if c >= ' ' && c != 0x7f && c != utf8.RuneError && t.Mods&^Shift == 0 {
		t.Text = c
	}
}
