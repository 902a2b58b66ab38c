package client

import (
	"fmt"
	"slices"
	"strings"

	"gm/client/keys"
)

// escapeKey is the key that speaks to the client instead of the server
// (mosh-protocol, section 10). The zero escapeKey is none.
type escapeKey struct {
	key     byte // 0 for none
	literal byte // after the key: send the key itself; a letter in either case
	// name is what the key is called in help.
	name, literalName string
}

func defaultEscapeKey() escapeKey { return newEscapeKey('^' - '@') }

// parseEscapeKey reads MOSH_ESCAPE_KEY: one ASCII character, or nothing for no
// escape key. Ctrl-C, Ctrl-D, LF, Ctrl-L, CR and everything else give the
// default.
func parseEscapeKey(s string) escapeKey {
	if s == "" {
		return escapeKey{}
	}
	if len(s) != 1 || s[0] == 0 || s[0] > 127 {
		return defaultEscapeKey()
	}
	switch s[0] {
	case keyInterrupt, keyEndOfFile, '\n', keyRepaint, '\r':
		return defaultEscapeKey()
	}
	return newEscapeKey(s[0])
}

func newEscapeKey(key byte) escapeKey {
	if key >= ' ' && key < 127 {
		return escapeKey{key: key, literal: key, name: string(key), literalName: `"` + string(key) + `"`}
	}
	letter := key ^ 0x40 // Ctrl-? is DEL
	name := "Ctrl-" + string(letter)
	return escapeKey{key: key, literal: letter, name: name, literalName: name}
}

// printable says that the key is also text, and therefore counts only at the
// start of a line.
func (k escapeKey) printable() bool { return k.key >= ' ' && k.key < 127 }

// quitHint is how to leave, for the notification bar; empty without a key.
func (k escapeKey) quitHint() string {
	if k.key == 0 {
		return ""
	}
	return "[To quit: " + k.name + " .]"
}

// help lists the commands.
func (k escapeKey) help() string {
	var commands strings.Builder
	commands.WriteString("Commands: ")
	if canSuspend {
		commands.WriteString("Ctrl-Z suspends, ")
	}
	commands.WriteString(`"." quits, `)
	if k.literal != keyStatistics {
		commands.WriteString(`"?" informs, `)
	}
	fmt.Fprintf(&commands, `"%c" gives literal %s`, k.literal, k.literalName)
	return commands.String()
}

// keyStatistics asks for the panel. (With Ctrl-? as the escape key it stands for
// that, as in mosh.)
const keyStatistics = '?'

// Control characters that the client itself acts on.
const (
	keyInterrupt = 'C' - '@'
	keyEndOfFile = 'D' - '@'
	keyRepaint   = 'L' - '@'
	keySuspend   = 'Z' - '@'
)

// command is what the user asks of the client.
type command uint8

const (
	commandNone    command = iota // the keys are for the server
	commandHelp                   // the escape key was pressed: tell what may follow
	commandDone                   // the key after it came
	commandRepaint                // Ctrl-L, which also goes to the server
	commandSuspend
	commandStatistics
	commandQuit
)

// escaper finds the user's commands among the keys, in whatever protocol they
// come: a key is the escape key, or one that may follow it, by the byte that it
// sends in none ([keys.Token.Legacy]). In a paste between brackets nothing is a
// command: its author may not be the user. (Stock mosh looks at each byte.)
//
// Of a key that was a command, all events are consumed. Releases of other keys,
// modifier keys, reports of the mouse and of the focus pass on at any moment.
type escaper struct {
	escapeKey
	pending   bool   // the escape key was the last one
	lineStart bool   // a line was ended by the last key
	held      []byte // what the escape key sent, while pending
	consumed  consumedKeys
}

// next takes a token and appends to dst what is for the server.
func (e *escaper) next(dst []byte, t *keys.Token) ([]byte, command) {
	switch {
	case e.consumed.consume(t):
		if e.pending && t.Event == keys.Release {
			e.held = append(e.held, t.Raw...)
		}
		return dst, commandNone
	case t.Kind == keys.Paste:
		return e.forwardPaste(dst, t)
	case !t.Pressed():
		return append(dst, t.Raw...), commandNone
	case e.pending:
		e.pending = false
		return e.handleCommandKey(dst, t)
	case e.isEscape(t):
		e.pending = true
		e.held = append(e.held[:0], t.Raw...)
		e.consumed.pressed(t)
		return dst, commandHelp
	}
	return e.forward(dst, t)
}

func (e *escaper) isEscape(t *keys.Token) bool {
	b, ok := t.Legacy()
	return ok && e.key != 0 && b == e.key && (e.lineStart || !e.printable())
}

// handleCommandKey takes the key after the escape key. One that is no command goes to the
// server behind the escape key, as it came.
func (e *escaper) handleCommandKey(dst []byte, t *keys.Token) ([]byte, command) {
	b, ok := t.Legacy()
	switch {
	case !ok:
	case b == '.':
		e.consumed.pressed(t)
		return dst, commandQuit
	case b == keySuspend:
		e.consumed.pressed(t)
		return dst, commandSuspend
	case b == e.literal || isLetter(e.literal) && b == e.literal|0x20:
		e.lineStart = false
		dst = e.releaseHeld(dst)
		e.consumed.pressed(t)
		return dst, commandDone
	case b == keyStatistics:
		e.consumed.pressed(t)
		return dst, commandStatistics
	}
	dst, _ = e.forward(e.releaseHeld(dst), t)
	return dst, commandDone
}

// releaseHeld appends the events of the escape key so far; those to come follow them.
func (e *escaper) releaseHeld(dst []byte) []byte {
	e.consumed = consumedKeys{}
	return append(dst, e.held...)
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

func (e *escaper) forward(dst []byte, t *keys.Token) ([]byte, command) {
	b, ok := t.Legacy()
	e.lineStart = ok && (b == '\r' || b == '\n')
	if ok && b == keyRepaint {
		return append(dst, t.Raw...), commandRepaint
	}
	return append(dst, t.Raw...), commandNone
}

// forwardPaste takes a part of a paste.
func (e *escaper) forwardPaste(dst []byte, t *keys.Token) ([]byte, command) {
	e.lineStart = false
	if !e.pending {
		return append(dst, t.Raw...), commandNone
	}
	e.pending = false
	return append(e.releaseHeld(dst), t.Raw...), commandDone
}

// maxConsumed bounds the keys that are remembered as being down.
const maxConsumed = 8

// consumedKeys are the keys that went down for the client and have not been seen
// to come up again: their further events (kitty keyboard protocol, event types)
// are not for the server.
type consumedKeys struct {
	down []consumedKey
	// bare reports that the newest of them came as a character, which does not
	// tell the key: it is the next that comes up, if no other goes down before.
	bare bool
}

type consumedKey struct {
	code   rune
	legacy byte
}

// pressed remembers that the key of t went down.
func (c *consumedKeys) pressed(t *keys.Token) {
	b, _ := t.Legacy()
	if len(c.down) == maxConsumed {
		c.down = slices.Delete(c.down, 0, 1)
	}
	c.down = append(c.down, consumedKey{t.Code, b})
	c.bare = len(t.Raw) == 1
}

// consume reports whether t is a further event of one of the keys, and forgets a key
// that comes up or goes down anew.
func (c *consumedKeys) consume(t *keys.Token) bool {
	if len(c.down) == 0 || t.Kind != keys.Key || t.Modifier() {
		return false
	}
	i := slices.IndexFunc(c.down, func(k consumedKey) bool { return k.same(t) })
	if i < 0 && c.bare && t.Event == keys.Release {
		i = len(c.down) - 1
	}
	if t.Event == keys.Press {
		c.bare = false
	}
	if i >= 0 && t.Event != keys.Repeat {
		c.down = slices.Delete(c.down, i, i+1)
		c.bare = false
	}
	return i >= 0 && t.Event != keys.Press
}

// same reports whether t is an event of k, which may have gone down with other
// modifiers.
func (k consumedKey) same(t *keys.Token) bool {
	if t.Code == k.code {
		return true
	}
	for _, held := range []keys.Mods{0, keys.Shift, keys.Ctrl, keys.Shift | keys.Ctrl} {
		with := *t
		with.Mods |= held
		if b, ok := with.Legacy(); ok && b == k.legacy {
			return true
		}
	}
	return false
}
