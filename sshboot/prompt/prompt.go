// Package prompt asks the user questions and shows notices, on the terminal or with the
// program in SSH_ASKPASS. All text that it shows is sanitized first.
package prompt

import (
	"context"
	"errors"
	"io"
)

// Prompter asks the user questions and shows notices.
type Prompter interface {
	// Secret asks for a line without echo.
	Secret(ctx context.Context, prompt string) (string, error)
	// Ask asks for a line.
	Ask(ctx context.Context, prompt string) (string, error)
	// Confirm asks for permission. Every answer except yes means no.
	Confirm(ctx context.Context, prompt string) (bool, error)
	// Notice shows lines of text.
	Notice(text string)
	// Status shows a line that the next status, notice or question replaces.
	Status(s Status)
	// Relay connects the terminal to a program: it writes the user's keys to host. It
	// calls quit when the user types the keys that leave the relay.
	Relay(ctx context.Context, host io.Writer, quit func()) (Relay, error)
	// CanRelay reports whether there is a terminal for Relay.
	CanRelay() bool
}

var (
	ErrNoTerminal  = errors.New("there is no terminal to ask on")
	ErrInterrupted = errors.New("interrupted")
	errBatchMode   = errors.New("BatchMode is on")
)

// IsInterrupted reports whether the user or the end of the context interrupted a question.
func IsInterrupted(err error) bool { return errors.Is(err, ErrInterrupted) }

// maxAnswer bounds an answer, in bytes. The rest of a longer one is discarded.
const maxAnswer = 4096

// Silent is a Prompter for BatchMode, which shows notices and fails all questions.
type Silent struct{ Prompter }

func (Silent) Secret(context.Context, string) (string, error) { return "", errBatchMode }
func (Silent) Ask(context.Context, string) (string, error)    { return "", errBatchMode }
func (Silent) Confirm(context.Context, string) (bool, error)  { return false, errBatchMode }
func (Silent) Relay(context.Context, io.Writer, func()) (Relay, error) {
	return nil, errBatchMode
}
func (Silent) CanRelay() bool { return false }

// Quiet is a Prompter for LogLevel FATAL and below, which asks questions and shows no
// notices.
type Quiet struct{ Prompter }

func (Quiet) Notice(string) {}
func (Quiet) Status(Status) {}

// TerminalSize is the size of a terminal in cells.
type TerminalSize struct{ Rows, Cols int }

// Relay is a connection between the user's terminal and a program.
type Relay interface {
	// Show sanitizes and shows output of the program.
	Show(text []byte)
	// Stop restores the terminal. It may be called more than once.
	Stop()
	Size() TerminalSize
}
