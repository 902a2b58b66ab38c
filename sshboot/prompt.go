package sshboot

import (
	"context"
	"errors"
	"io"
)

// prompter asks and tells the user.
type prompter interface {
	// secret asks for a line that is not shown while it is typed.
	secret(ctx context.Context, prompt string) (string, error)
	// answer asks for a line.
	answer(ctx context.Context, prompt string) (string, error)
	// confirm asks to allow something; any answer but yes is no.
	confirm(ctx context.Context, prompt string) (bool, error)
	// notice shows lines of text.
	notice(text string)
	// relay connects the terminal with a program on a host, to which it passes the
	// keys. quit is called when the user leaves.
	relay(ctx context.Context, host io.Writer, quit func()) (relay, error)
}

var (
	errNoTerminal  = errors.New("there is no terminal to ask on")
	errInterrupted = errors.New("interrupted")
	errBatchMode   = errors.New("BatchMode is on")
)

// isInterrupted reports whether the user, or the end of the context, has broken
// off a question.
func isInterrupted(err error) bool { return errors.Is(err, errInterrupted) }

// maxAnswer bounds what is read for one question, in bytes.
const maxAnswer = 4096

// silent is a prompter for BatchMode: it shows notices and asks nothing.
type silent struct{ prompter }

func (silent) secret(context.Context, string) (string, error) { return "", errBatchMode }
func (silent) answer(context.Context, string) (string, error) { return "", errBatchMode }
func (silent) confirm(context.Context, string) (bool, error)  { return false, errBatchMode }
func (silent) relay(context.Context, io.Writer, func()) (relay, error) {
	return nil, errBatchMode
}

// quiet is a prompter for LogLevel QUIET: it asks and shows no notices.
type quiet struct{ prompter }

func (quiet) notice(string) {}

// terminalSize is in cells.
type terminalSize struct{ rows, cols int }

// relay connects the user's terminal with a program on a host.
type relay interface {
	// show shows what the program writes. Whatever its source, it is cleaned.
	show(text []byte)
	// stop leaves the terminal as it was. It may be called more than once.
	stop()
	size() terminalSize
}
