//go:build unix && !linux

package pty

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"time"
)

// psTimeout bounds a run of ps(1).
const psTimeout = time.Second

// alone reports whether the program is the only process with its terminal.
func (p *Program) alone() bool {
	pids, err := ps("-o", "pid=", "-t", strings.TrimPrefix(p.line, "/dev/"))
	return err == nil && len(bytes.Fields(pids)) == 1
}

func ps(args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), psTimeout)
	defer cancel()
	return exec.CommandContext(ctx, "ps", args...).Output()
}
