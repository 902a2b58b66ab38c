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

// WaitDelay is how long a child of a program that has ended may keep its standard error
// open.
const WaitDelay = time.Second

// Stderr returns a writer for the standard error of a program. It cleans the output, which
// may contain text from a host.
func Stderr() io.Writer { return sanitize.NewWriter(os.Stderr) }

// StartError returns err, of a program that could not be started, as a message of the
// program's name and the reason, without the terms of os/exec and the kernel. It returns other
// errors unchanged.
func StartError(err error) error {
	if e, ok := errors.AsType[*exec.Error](err); ok {
		if errors.Is(e, exec.ErrNotFound) {
			return fmt.Errorf("%q is no program in PATH", e.Name)
		}
		return fmt.Errorf("%q: %w", e.Name, Reason(e.Err))
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok && e.Op == "fork/exec" {
		return fmt.Errorf("%q: %w", e.Path, e.Err)
	}
	return err
}

// Reason returns the reason of an error about a path that the message around it
// names.
func Reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
