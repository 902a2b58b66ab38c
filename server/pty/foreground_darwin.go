package pty

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// processName returns the name of a process, from sysctl(3).
func processName(pid int) []byte {
	info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return nil
	}
	name, _, _ := bytes.Cut(info.Proc.P_comm[:], []byte{0})
	return bytes.Clone(name)
}
