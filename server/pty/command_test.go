//go:build unix

package pty

import (
	"errors"
	"io/fs"
	"os/exec"
	"testing"
)

func TestLookPath(t *testing.T) {
	tests := []struct {
		c    Command
		want string
	}{
		{Command{Path: "/bin/zsh", Argv: []string{"-zsh"}}, "/bin/zsh"},
		{Command{Argv: []string{"./run"}}, "./run"},
	}
	for _, test := range tests {
		if got, err := test.c.lookPath(); got != test.want || err != nil {
			t.Errorf("%+v: %q, %v", test.c, got, err)
		}
	}
	if got, err := (Command{Argv: []string{"no-such-program"}}).lookPath(); !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("found %q, %v", got, err)
	}
}
