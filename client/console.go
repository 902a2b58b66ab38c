package client

import (
	"unicode/utf16"
	"unicode/utf8"
)

// inputRecord is an event of a Windows console (Windows Console, INPUT_RECORD), with
// the fields of KEY_EVENT_RECORD.
type inputRecord struct {
	kind   uint16
	_      uint16
	down   int32
	repeat uint16
	key    uint16 // virtual key code
	scan   uint16
	char   uint16 // UTF-16
	_      uint32 // control key state
}

// Kinds of events and a virtual key code of the Windows console.
const (
	keyRecord    = 0x0001
	sizeRecord   = 0x0004
	virtualAlt   = 0x12 // VK_MENU
	maxKeyRepeat = 256  // of one record
)

// consoleInput converts the events of a console with ENABLE_VIRTUAL_TERMINAL_INPUT to
// the input of a terminal. In this mode a function key arrives as a record for each
// character of its sequence, and Ctrl-C as character 3.
type consoleInput struct {
	high rune // the first half of a surrogate pair, or 0
}

// next appends the characters of a record to dst, in UTF-8. It reports in resized
// whether the record is a change of the window's size.
func (c *consoleInput) next(dst []byte, r inputRecord) (keys []byte, resized bool) {
	if r.kind != keyRecord || !r.types() {
		return dst, r.kind == sizeRecord
	}
	char := rune(r.char)
	if c.high != 0 {
		pair := utf16.DecodeRune(c.high, char)
		c.high = 0
		if pair != utf8.RuneError {
			return utf8.AppendRune(dst, pair), false
		}
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	if char >= 0xD800 && char < 0xDC00 {
		c.high = char
		return dst, false
	}
	for range min(max(r.repeat, 1), maxKeyRepeat) {
		dst = utf8.AppendRune(dst, char)
	}
	return dst, false
}

// types reports whether a record of a key has a character: when a key goes down, when
// Alt goes up after the number of a character, and for the NUL of Ctrl-Space, which has
// no key code.
func (r inputRecord) types() bool {
	if r.down == 0 {
		return r.key == virtualAlt && r.char != 0
	}
	return r.char != 0 || r.key == 0 && r.scan == 0
}
