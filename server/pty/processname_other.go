//go:build unix && !linux && !darwin

package pty

import "strconv"

// processName returns the name of a process, as ps(1) prints it.
func processName(pid int) []byte {
	name, err := ps("-o", "comm=", "-p", strconv.Itoa(pid))
	if err != nil {
		return nil
	}
	return name
}
