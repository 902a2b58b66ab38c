// Package subprocess has what gm needs to run programs that the user names: a standard
// error that is safe to show, and errors in the user's words.
package subprocess

import (
	"io"
	"os"
	"time"

	"gm/internal/sanitize"
)

// WaitDelay is how long a program that has ended may keep its standard error
// open, by a child of its own.
const WaitDelay = time.Second

// Stderr returns the standard error for a program of the user's, which may
// repeat what a host has told it.
func Stderr() io.Writer { return sanitize.NewWriter(os.Stderr) }
