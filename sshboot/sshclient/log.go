package sshclient

import (
	"fmt"
	"strings"

	"gm/internal/sanitize"
	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
)

// inform tells what the user may like to know, unless LogLevel keeps all but
// trouble away.
func inform(c *sshconfig.Config, ask prompt.Prompter, text string) {
	if c.Word("loglevel") != "ERROR" { // below that, ask tells nothing at all
		ask.Notice(text)
	}
}

// Debugf tells what is going on, if LogLevel (or -v) asks for it.
func Debugf(c *sshconfig.Config, ask prompt.Prompter, format string, args ...any) {
	if strings.HasPrefix(c.Word("loglevel"), "DEBUG") {
		ask.Notice("debug: " + sanitize.Line(fmt.Sprintf(format, args...)))
	}
}

// showNotes shows the notes, each once.
func showNotes(c *sshconfig.Config, ask prompt.Prompter) {
	for _, n := range c.TakeNotes() {
		if n.Debug {
			Debugf(c, ask, "%s", n.Text)
		} else {
			ask.Notice(n.Text)
		}
	}
}
