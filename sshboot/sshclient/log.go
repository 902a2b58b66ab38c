package sshclient

import (
	"fmt"
	"strings"

	"gm/internal/sanitize"
	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
)

func inform(c *sshconfig.Config, ask prompt.Prompter, text string) {
	if c.Word("loglevel") != "ERROR" { // at lower levels, ask shows no notices at all
		ask.Notice(text)
	}
}

// Debugf shows a formatted debug message if LogLevel, or -v, enables them.
func Debugf(c *sshconfig.Config, ask prompt.Prompter, format string, args ...any) {
	if strings.HasPrefix(c.Word("loglevel"), "DEBUG") {
		ask.Notice("debug: " + sanitize.Line(fmt.Sprintf(format, args...)))
	}
}

func showNotes(c *sshconfig.Config, ask prompt.Prompter) {
	for _, n := range c.TakeNotes() {
		if n.Debug {
			Debugf(c, ask, "%s", n.Text)
		} else {
			ask.Notice(n.Text)
		}
	}
}
