// Package hint has the type of errors that the user reads: what failed, and what to do
// about it.
package hint

import (
	"errors"
	"strings"
)

// Error is an error for the user, which names the failed action and the host. Hint, if it
// is not empty, is what the user can do about it.
type Error struct {
	Err  error
	Hint string
	More []string // further hints
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Of returns the hints of err, none of which is empty.
func Of(err error) (hints []string) {
	if e, ok := errors.AsType[*Error](err); ok {
		for _, h := range append([]string{e.Hint}, e.More...) {
			if h != "" {
				hints = append(hints, h)
			}
		}
	}
	return hints
}

// Add returns err with a hint after its own.
func Add(err error, advice string) error {
	hints := append(Of(err), advice)
	return &Error{Err: err, Hint: hints[0], More: hints[1:]}
}

// prefix begins the line of a hint.
const prefix = "hint: "

// Lines returns the text and a line for each hint, without a newline at the end.
func Lines(text string, hints ...string) string {
	for _, h := range hints {
		text += "\n" + prefix + h
	}
	return text
}

// Cut returns the text and the hint that [Lines] has joined. The hint is empty if there is
// none.
func Cut(lines string) (text, advice string) {
	text, advice, _ = strings.Cut(lines, "\n"+prefix)
	return text, advice
}
