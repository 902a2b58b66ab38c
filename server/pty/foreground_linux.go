package pty

import (
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// processName returns the name of a process, from proc(5).
func processName(pid int) []byte {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return nil
	}
	return name
}

// alone reports whether the program is the only process of its session.
func (p *Program) alone() bool {
	proc, err := os.Open("/proc")
	if err != nil {
		return false
	}
	defer proc.Close()
	names, err := proc.Readdirnames(-1)
	for _, name := range names {
		pid, notPID := strconv.Atoi(name)
		if notPID != nil || pid == p.cmd.Process.Pid {
			continue
		}
		if session, err := unix.Getsid(pid); err == nil && session == p.cmd.Process.Pid {
			return false
		}
	}
	return err == nil
}
