package sshboot

import (
	"fmt"
	"strings"

	"gm/internal/sanitize"
)

// inform tells what the user may like to know, unless LogLevel keeps all but
// trouble away.
func inform(c *Config, ask prompter, text string) {
	if c.word("loglevel") != "ERROR" { // below that, ask tells nothing at all
		ask.notice(text)
	}
}

// debugf tells what is going on, if LogLevel (or -v) asks for it.
func debugf(c *Config, ask prompter, format string, args ...any) {
	if strings.HasPrefix(c.word("loglevel"), "DEBUG") {
		ask.notice("debug: " + sanitize.Line(fmt.Sprintf(format, args...)))
	}
}

// showNotes shows the notes, each once.
func showNotes(c *Config, ask prompter) {
	for _, n := range c.takeNotes() {
		if n.debug {
			debugf(c, ask, "%s", n.text)
		} else {
			ask.notice(n.text)
		}
	}
}
