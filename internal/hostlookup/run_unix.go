//go:build unix && !darwin

package hostlookup

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"time"
)

// run runs a program for at most programTimeout and returns its output. A program that
// is not in $PATH may be in /usr/bin.
func run(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, programTimeout)
	defer cancel()
	path, err := exec.LookPath(args[0])
	if err != nil && !filepath.IsAbs(args[0]) {
		path = filepath.Join("/usr/bin", args[0])
	}
	cmd := exec.CommandContext(ctx, path, args[1:]...)
	cmd.WaitDelay = time.Second
	var out limitedBuffer
	cmd.Stdout = &out
	err = cmd.Run()
	return out.text, err
}

type limitedBuffer struct{ text []byte }

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if len(b.text)+len(p) > maxOutput {
		return 0, errors.New("too much output")
	}
	b.text = append(b.text, p...)
	return len(p), nil
}
