//go:build unix

package oracle

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

func makePipe(name string) error { return unix.Mkfifo(name, 0o600) }

// controlling makes standard input the controlling terminal of cmd.
func controlling(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true} }
