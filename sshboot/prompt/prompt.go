// Package prompt asks the user questions and shows notices, on the terminal or with the
// program in SSH_ASKPASS. All text that it shows is sanitized first.
package prompt

import (
	"context"
	"errors"
	"io"
)

// Prompter asks and tells the user.
type Prompter interface {
	// Secret asks for a line that is not shown while it is typed.
	Secret(ctx context.Context, prompt string) (string, error)
	// Ask asks for a line.
	Ask(ctx context.Context, prompt string) (string, error)
	// Confirm asks to allow something; any answer but yes is no.
	Confirm(ctx context.Context, prompt string) (bool, error)
	// Notice shows lines of text.
	Notice(text string)
	// Relay connects the terminal with a program on a host, to which it passes the
	// keys. quit is called when the user leaves.
	Relay(ctx context.Context, host io.Writer, quit func()) (Relay, error)
}

var (
	ErrNoTerminal  = errors.New("there is no terminal to ask on")
	ErrInterrupted = errors.New("interrupted")
	errBatchMode   = errors.New("BatchMode is on")
)

// IsInterrupted reports whether the user, or the end of the context, has broken
// off a question.
func IsInterrupted(err error) bool { return errors.Is(err, ErrInterrupted) }

// maxAnswer bounds what is read for one question, in bytes.
const maxAnswer = 4096

// Silent is a prompter for BatchMode: it shows notices and asks nothing.
type Silent struct{ Prompter }

func (Silent) Secret(context.Context, string) (string, error) { return "", errBatchMode }
func (Silent) Ask(context.Context, string) (string, error)    { return "", errBatchMode }
func (Silent) Confirm(context.Context, string) (bool, error)  { return false, errBatchMode }
func (Silent) Relay(context.Context, io.Writer, func()) (Relay, error) {
	return nil, errBatchMode
}

// Quiet is a prompter for LogLevel QUIET: it asks and shows no notices.
type Quiet struct{ Prompter }

func (Quiet) Notice(string) {}

// TerminalSize is in cells.
type TerminalSize struct{ Rows, Cols int }

// Relay connects the user's terminal with a program on a host.
type Relay interface {
	// Show shows what the program writes. Whatever its source, it is cleaned.
	Show(text []byte)
	// Stop leaves the terminal as it was. It may be called more than once.
	Stop()
	Size() TerminalSize
}
