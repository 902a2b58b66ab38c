//go:build unix && !linux && !darwin

package pty

import (
	"context"
	"os/exec"
	"strconv"
	"time"
)

// psTimeout bounds a run of ps(1).
const psTimeout = time.Second

// processName returns the name of a process, as ps(1) prints it.
func processName(pid int) []byte {
	ctx, cancel := context.WithTimeout(context.Background(), psTimeout)
	defer cancel()
	name, err := exec.CommandContext(ctx, "ps", "-o", "comm=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return nil
	}
	return name
}
