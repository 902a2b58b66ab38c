package subprocess

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
)

// StartError returns an error of a program that could not be started with its
// name and the reason, in the words of users: os/exec has its own and the kernel's.
// Other errors are returned as they are.
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
