// Package hint has the type of errors that the user reads: what failed, and what to do
// about it.
package hint

// Error is a failure that the user should read: what failed, on which host,
// and, if there is something to do about it, a hint.
type Error struct {
	Err  error
	Hint string
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }
