// Package hint has the type of errors that the user reads: what failed, and what to do
// about it.
package hint

// Error is an error for the user, which names the failed action and the host. Hint, if it
// is not empty, is what the user can do about it.
type Error struct {
	Err  error
	Hint string
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }
