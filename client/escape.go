package client

import (
	"fmt"
	"strings"
)

// escapeKey is the key that speaks to the client instead of the server
// (mosh-protocol, section 10). The zero escapeKey is none.
type escapeKey struct {
	key  byte // 0 for none
	pass byte // after the key: send the key itself; a letter in either case
	// name is what the key is called in help.
	name, passName string
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
		return escapeKey{key: key, pass: key, name: string(key), passName: `"` + string(key) + `"`}
	}
	letter := key ^ 0x40 // Ctrl-? is DEL
	name := "Ctrl-" + string(letter)
	return escapeKey{key: key, pass: letter, name: name, passName: name}
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
	if k.pass != keyStatistics {
		commands.WriteString(`"?" informs, `)
	}
	fmt.Fprintf(&commands, `"%c" gives literal %s`, k.pass, k.passName)
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

// escaper finds the user's commands among the keys.
type escaper struct {
	escapeKey
	pending   bool // the escape key was the last one
	afterLine bool // a line was ended by the last key
}

// next takes a key and appends to dst what is for the server.
func (e *escaper) next(dst []byte, key byte) ([]byte, command) {
	if e.pending {
		e.pending = false
		return e.escaped(dst, key)
	}
	if e.key != 0 && key == e.key && (e.afterLine || !e.printable()) {
		e.pending = true
		return dst, commandHelp
	}
	return e.plain(dst, key)
}

func (e *escaper) escaped(dst []byte, key byte) ([]byte, command) {
	switch {
	case key == '.':
		return dst, commandQuit
	case key == keySuspend:
		return dst, commandSuspend
	case key == e.pass || isLetter(e.pass) && key == e.pass|0x20:
		e.afterLine = false
		return append(dst, e.key), commandDone
	case key == keyStatistics:
		return dst, commandStatistics
	}
	dst, _ = e.plain(append(dst, e.key), key)
	return dst, commandDone
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

func (e *escaper) plain(dst []byte, key byte) ([]byte, command) {
	e.afterLine = key == '\r' || key == '\n'
	if key == keyRepaint {
		return append(dst, key), commandRepaint
	}
	return append(dst, key), commandNone
}
