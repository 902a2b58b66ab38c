//go:build unix

package pty

import (
	"errors"
	"io/fs"
	"os/exec"
	"strings"
)

// Command is what runs in a session.
type Command struct {
	// Path is the program, if it is not to be looked for by Argv[0].
	Path string
	Argv []string
	Env  []string
	Dir  string
}

// lookPath finds the program. A name with a slash in it stands for itself, seen
// from Dir.
func (c Command) lookPath() (string, error) {
	switch {
	case c.Path != "":
		return c.Path, nil
	case strings.ContainsRune(c.Argv[0], '/'):
		return c.Argv[0], nil
	}
	path, err := exec.LookPath(c.Argv[0])
	if errors.Is(err, exec.ErrNotFound) {
		err = notFoundError{err}
	}
	return path, err
}

// notFoundError is an exec.ErrNotFound that is also an fs.ErrNotExist.
type notFoundError struct{ error }

func (e notFoundError) Unwrap() error { return e.error }

func (notFoundError) Is(target error) bool { return target == fs.ErrNotExist }
