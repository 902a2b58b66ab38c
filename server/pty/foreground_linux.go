package pty

import (
	"fmt"
	"os"
)

// processName returns the name of a process, from proc(5).
func processName(pid int) []byte {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return nil
	}
	return name
}
