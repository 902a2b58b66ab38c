//go:build unix

package pty

import (
	"errors"
	"io/fs"
	"os/exec"
	"strings"
)

// Command describes a program to start.
type Command struct {
	// Path is the program's file. If it is empty, Argv[0] is looked up.
	Path string
	Argv []string
	Env  []string
	Dir  string
}

// lookPath returns the program's file. An Argv[0] with a slash is used as it is,
// relative to Dir; another is looked up in PATH.
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
