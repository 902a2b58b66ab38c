//go:build unix

package login

import (
	"syscall"

	"gm/server/pty"
)

// runUtmpHelper runs a helper with the privilege to write utmp, unless path is empty.
// Its standard input and output are the pty's master side, from which it derives the
// line. exec.Cmd would make the descriptor blocking.
func runUtmpHelper(path string, p *pty.Program, args ...string) {
	if path == "" {
		return
	}
	p.Control(func(fd int) {
		argv := append([]string{path}, args...)
		files := []uintptr{uintptr(fd), uintptr(fd)}
		if pid, err := syscall.ForkExec(path, argv, &syscall.ProcAttr{Files: files}); err == nil {
			syscall.Wait4(pid, nil, 0, nil)
		}
	})
}
