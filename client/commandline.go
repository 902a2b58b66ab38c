package client

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gm/client/keys"
	"gm/internal/sanitize"
	"gm/vt"
)

// maxCommandLine bounds the command line, in bytes. Two paths of Unix sockets fit.
const maxCommandLine = 1024

const commandPrompt = "gm> "

// commandLine is a line in place of the notification bar in which the user types commands of
// ssh's command line (ssh(1), escape characters). The zero commandLine is closed.
type commandLine struct {
	open     bool
	off      bool // EnableEscapeCommandline forbids it
	line     string
	held     rune     // the code of the last key pressed, whose repeats count
	skipping bool     // in an escape sequence of a paste
	entered  []string // lines that have not been run
}

func (l *commandLine) show() { *l = commandLine{open: true, off: l.off, entered: l.entered} }

func (l *commandLine) close() { l.open, l.line = false, "" }

// take returns the lines that were entered since the last call.
func (l *commandLine) take() []string {
	lines := l.entered
	l.entered = nil
	return lines
}

// press handles the press or the repeat of a key. Repeats of the key that has opened the line
// are dropped.
func (l *commandLine) press(t *keys.Token) {
	if t.Event == keys.Repeat && t.Code != l.held {
		return
	}
	l.held = t.Code
	if t.Text != 0 {
		l.insert(string(t.Text))
		return
	}
	b, ok := t.Legacy()
	if !ok {
		return
	}
	switch b {
	case '\r', '\n':
		l.entered = append(l.entered, l.line)
		l.close()
	case keyInterrupt, byte(keys.Escape):
		l.close()
	case keyEndOfFile:
		if l.line == "" {
			l.close()
		}
	case '\b', byte(keys.Backspace):
		_, n := utf8.DecodeLastRuneInString(l.line)
		l.line = l.line[:len(l.line)-n]
	case keyKill:
		l.line = ""
	}
}

// keyKill is the character that erases a line (termios, VKILL).
const keyKill = 'U' - '@'

// insert appends text. Text that does not fit is dropped.
func (l *commandLine) insert(text string) {
	if len(l.line)+len(text) <= maxCommandLine {
		l.line += text
	}
}

// paste appends a part of a bracketed paste without its brackets. An end of a line becomes a
// space, so that a paste never runs a command. Other control characters are dropped.
func (l *commandLine) paste(raw []byte) {
	for i, c := range raw {
		switch {
		case l.skipping:
			l.skipping = c != '~' // which ends a bracket
		case c == byte(keys.Escape):
			l.skipping = true
		case c == '\r', c == '\n', c == '\t':
			l.insert(" ")
		case c >= ' ' && c != byte(keys.Backspace):
			l.insert(string(raw[i : i+1]))
		}
	}
}

// paint shows the line in the top row. Of a line that is too long it shows the end.
func (l *commandLine) paint(screen *vt.Screen, look vt.Rendition) {
	cols, _ := screen.Size()
	screen.SetLineAttribute(0, vt.SingleWidth)
	screen.Erase(0, 0, cols, look)
	x := screen.DrawText(0, 0, l.visible(cols), look)
	screen.Cursor.X, screen.Cursor.Y = min(x, cols-1), 0
	screen.Cursor.PendingWrap, screen.Cursor.Hidden = false, false
}

// visible returns the part of the line that fits into cols columns.
func (l *commandLine) visible(cols int) string {
	line := sanitize.Text(l.line)
	for line != "" && vt.TextWidth(commandPrompt+line) >= cols {
		_, n := utf8.DecodeRuneInString(line)
		line = line[n:]
	}
	return commandPrompt + line
}

// openCommandLine opens the command line, or shows why there is none.
func (c *session) openCommandLine(now time.Time) {
	switch {
	case c.commands.off:
		c.bar.setBriefMessage(now, "commandline disabled (EnableEscapeCommandline in ssh_config)")
	case !c.canForward:
		c.bar.setBriefMessage(now, c.cannotForward())
	default:
		c.panel.close()
		c.commands.show()
		c.input.lineStart = false // a printable escape key is text in the line
	}
}

// ask shows the question whether the host may use a key of the agent; an empty key ends it.
func (c *session) ask(key string) {
	c.input.asks = key != ""
	c.bar.question = ""
	switch {
	case key == "":
	case c.input.key == 0:
		c.bar.question = "No escape key permits the host to use your key " + key + "."
	default:
		c.bar.question = fmt.Sprintf("%s y or n: may the host use your key %s?", c.input.name, key)
	}
}

func (c *session) showForwards(now time.Time) {
	if !c.canForward {
		c.bar.setBriefMessage(now, c.cannotForward())
		return
	}
	c.panel.show(now, contentForwards)
}

// cannotForward is shown in sessions without forwardings.
const cannotForward = "Nothing is forwarded: the server on the host cannot do so."

func (c *session) cannotForward() string {
	if c.readOnly {
		return "Nothing is forwarded: this client is read-only."
	}
	return cannotForward
}

// typeCommand handles a token while the command line is open, and reports whether it is for
// the line: presses of keys and pastes, and releases of keys that were pressed in it.
func (c *session) typeCommand(t *keys.Token) bool {
	switch {
	case t.Kind == keys.Paste:
		c.commands.paste(t.Raw)
		return true
	case !t.Pressed():
		return c.input.consumed.consume(t)
	case c.input.isEscape(t):
		c.closeCommandLine()
		return false
	}
	if t.Event == keys.Press {
		c.input.consumed.consume(t) // a release that was lost
		c.input.consumed.pressed(t)
	}
	if c.commands.press(t); !c.commands.open {
		c.closeCommandLine()
	}
	return true
}

func (c *session) closeCommandLine() {
	c.commands.close()
	c.input.lineStart = true // as before the command line
}

// showAnswer shows the answer to a line: one line in the bar, several in the panel.
func (c *session) showAnswer(now time.Time, answer string) {
	lines := strings.Split(sanitize.Text(answer), "\n")
	switch {
	case answer == "" || c.quitting:
	case len(lines) == 1:
		c.bar.setBriefMessage(now, lines[0])
	default:
		c.panel.showText(lines)
	}
}
