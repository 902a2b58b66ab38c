// Package subprocess helps to run programs that the user names: with a standard error that
// is safe to show, and with plain error messages.
package subprocess

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"time"

	"gm/internal/sanitize"
)

// WaitDelay bounds the time for which a child of an ended program can keep its output
// open.
const WaitDelay = time.Second

// Stderr returns the standard error for a program that the user configured. It sanitizes
// the output, which may contain text from a host.
func Stderr() io.Writer { return sanitize.NewWriter(os.Stderr) }

// StartError returns an error of a program that could not be started with the name of the
// program and the reason, without terms of os/exec and the kernel. Other errors are
// returned unchanged.
func StartError(err error) error {
	if e, ok := errors.AsType[*exec.Error](err); ok {
		if errors.Is(e, exec.ErrNotFound) {
			return fmt.Errorf("%q is not a program in PATH", e.Name)
		}
		return fmt.Errorf("%q: %w", e.Name, Reason(e.Err))
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok && e.Op == "fork/exec" {
		return fmt.Errorf("%q: %w", e.Path, e.Err)
	}
	return err
}

// Reason returns the reason of an error about a path, for messages that already contain
// the path.
func Reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
