package client

import (
	"fmt"
	"slices"
	"strings"

	"gm/client/keys"
)

// escapeKey is the key that begins a command for the client (protocol, section
// 10). The zero escapeKey is none.
type escapeKey struct {
	key     byte // or 0
	literal byte // after key: sends key; a letter in either case
	// Names of both in help.
	name, literalName string
	// doubles reports whether the key typed twice is sent once, so that it reaches a gm in
	// the session. Stock mosh sends it twice.
	doubles bool
	// detaches reports whether "d" after the key detaches from the session. keeps
	// reports whether "." does so, too.
	detaches, keeps bool
	logsIn          bool // "r" after the key logs in again
	// forwards reports whether "C" after the key opens the command line and "#" lists
	// forwardings.
	forwards bool
	// asks reports whether "y" and "n" after the key answer a question.
	asks bool
}

func defaultEscapeKey() escapeKey { return newEscapeKey('^' - '@') }

// parseEscapeKey parses MOSH_ESCAPE_KEY: one ASCII character, or nothing for no escape
// key. It returns the default for Ctrl-C, Ctrl-D, LF, Ctrl-L, CR and anything else.
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

// printable reports whether the key is text. Then it is the escape key only at the
// start of a line.
func (k escapeKey) printable() bool { return k.key >= ' ' && k.key < 127 }

// quitHint returns the command to quit, for the notification bar; empty without an
// escape key.
func (k escapeKey) quitHint() string {
	if k.key == 0 {
		return ""
	}
	return "[To quit: " + k.name + " .]"
}

// loginHint returns the command to log in again; empty if there is none.
func (k escapeKey) loginHint() string {
	if k.key == 0 || !k.logsIn {
		return ""
	}
	return k.name + " " + string(keyLogin)
}

// help returns the commands for the notification bar, in at most 76 columns for the
// default key.
func (k escapeKey) help() string {
	if k.detaches && k.forwards {
		return k.helpForwards()
	}
	var commands strings.Builder
	if !k.detaches {
		commands.WriteString("Commands: ")
	}
	if canSuspend {
		commands.WriteString("Ctrl-Z suspends, ")
	}
	switch {
	case k.keeps:
		commands.WriteString(`"." detaches, `)
	case k.detaches:
		commands.WriteString(`"." ends, "d" detaches, `)
	default:
		commands.WriteString(`"." quits, `)
	}
	switch {
	case k.literal == keyStatistics:
	case k.detaches:
		commands.WriteString(`"?" statistics, `)
	default:
		commands.WriteString(`"?" shows statistics, `)
	}
	fmt.Fprintf(&commands, `"%c" sends %s`, k.literal, k.literalName)
	return commands.String()
}

// helpForwards is help for a server of gm's own, whose sessions go on and which forwards.
func (k escapeKey) helpForwards() string {
	var commands strings.Builder
	if canSuspend {
		commands.WriteString("Ctrl-Z suspends, ")
	}
	if k.keeps {
		commands.WriteString(". detaches, ")
	} else {
		commands.WriteString(". ends, d detaches, ")
	}
	if k.literal != keyStatistics {
		commands.WriteString("? status, ")
	}
	fmt.Fprintf(&commands, "C # forwards, %c sends %s", k.literal, k.literalName)
	return commands.String()
}

// keyLogin logs in again and answers the questions of the login.
const keyLogin = 'r'

// keyPermit and keyRefuse answer a question about the agent.
const (
	keyPermit = 'y'
	keyRefuse = 'n'
)

// keyDetach detaches from a session that can go on without the client.
const keyDetach = 'd'

// keyStatistics opens the panel. If the escape key is Ctrl-?, it sends that instead, as
// in mosh.
const keyStatistics = '?'

// Keys of forwardings, as ssh's.
const (
	keyCommandLine = 'C'
	keyForwards    = '#'
)

// Control characters with a meaning for the client.
const (
	keyInterrupt = 'C' - '@'
	keyEndOfFile = 'D' - '@'
	keyRepaint   = 'L' - '@'
	keySuspend   = 'Z' - '@'
)

// command is a command of the user to the client.
type command uint8

const (
	commandNone    command = iota // the keys are for the server
	commandHelp                   // the escape key: shows the commands
	commandDone                   // the key after it, if it is no other command
	commandRepaint                // Ctrl-L, which also goes to the server
	commandSuspend
	commandStatistics
	commandLineOpen
	commandForwards
	commandLogin
	commandPermit // answers a question about the agent
	commandRefuse
	commandDetach
	commandQuit
)

// leaves reports whether the command gives the terminal back. The effect of others is not seen
// while the terminal is in a passage.
func (c command) leaves() bool {
	return c == commandSuspend || c == commandDetach || c == commandQuit
}

// escaper finds the user's commands among the keys, in any keyboard protocol: keys are
// compared by [keys.Token.Legacy]. A bracketed paste contains no commands, because its
// author may not be the user. (Stock mosh compares each byte.)
//
// All events of a command's keys are consumed. Releases of other keys, modifier keys,
// mouse reports and focus reports always pass.
type escaper struct {
	escapeKey
	pending   bool   // the last key was the escape key
	lineStart bool   // the last key ended a line
	held      []byte // the bytes of the escape key while pending
	consumed  consumedKeys
}

// next handles a token and appends the bytes for the server to dst.
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

// handleCommandKey handles the key after the escape key. If it is no command, both go
// to the server unchanged.
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
	case b == e.literal || isLetter(e.literal) && b == e.literal|0x20 || e.doubles && b == e.key:
		e.lineStart = false
		dst = e.releaseHeld(dst)
		e.consumed.pressed(t)
		return dst, commandDone
	case b == keyDetach && e.detaches:
		e.consumed.pressed(t)
		return dst, commandDetach
	case b == keyPermit && e.asks:
		e.consumed.pressed(t)
		return dst, commandPermit
	case b == keyRefuse && e.asks:
		e.consumed.pressed(t)
		return dst, commandRefuse
	case b == keyLogin && e.logsIn:
		e.consumed.pressed(t)
		return dst, commandLogin
	case b == keyCommandLine && e.forwards:
		e.consumed.pressed(t)
		return dst, commandLineOpen
	case b == keyForwards && e.forwards:
		e.consumed.pressed(t)
		return dst, commandForwards
	case b == keyStatistics:
		e.consumed.pressed(t)
		return dst, commandStatistics
	}
	dst, _ = e.forward(e.releaseHeld(dst), t)
	return dst, commandDone
}

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

func (e *escaper) forwardPaste(dst []byte, t *keys.Token) ([]byte, command) {
	e.lineStart = false
	if !e.pending {
		return append(dst, t.Raw...), commandNone
	}
	e.pending = false
	return append(e.releaseHeld(dst), t.Raw...), commandDone
}

// maxConsumed bounds consumedKeys.down.
const maxConsumed = 8

// consumedKeys holds the keys whose press was for the client and whose release has not
// been received. Their events (kitty keyboard protocol, event types) do not go to the
// server.
type consumedKeys struct {
	down []consumedKey
	// bare is set if the newest of them was received as a character, which does not
	// identify the key: the next release is its, unless another key goes down first.
	bare bool
}

type consumedKey struct {
	code   rune
	legacy byte
}

func (c *consumedKeys) pressed(t *keys.Token) {
	b, _ := t.Legacy()
	if len(c.down) == maxConsumed {
		c.down = slices.Delete(c.down, 0, 1)
	}
	c.down = append(c.down, consumedKey{t.Code, b})
	c.bare = len(t.Raw) == 1
}

// consume reports whether t is a repeat or the release of one of the keys. It removes
// a key that is released or pressed again.
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

// same reports whether t is an event of k, which may have been pressed with other
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
