//go:build e2e && unix

package client

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"gm/sshboot/sshboottest"
)

// TestSignalsDuringTheLogin: a signal during a login ends gm as it ends ssh: by that
// signal, without a message, and with the terminal restored.
func TestSignalsDuringTheLogin(t *testing.T) {
	server := sshboottest.Start(t)
	for _, at := range []struct {
		name, ssh, sees string
	}{
		{"a silent host", "-o ProxyCommand='sh -c \"echo begun >&2; exec sleep 1000\"'", "begun"},
		{"a question", "-o HostKeyAlias=unknown", "(yes/no"},
	} {
		for number, status := range map[unix.Signal]int{unix.SIGINT: -1, unix.SIGTERM: -1, unix.SIGHUP: -1, unix.SIGQUIT: 131} {
			t.Run(fmt.Sprint(at.name, " ", number), func(t *testing.T) {
				t.Parallel()
				w := open(t, programGM, []string{"HOME=" + t.TempDir(), "SSH_AUTH_SOCK="}, "--ssh=ssh -F none "+at.ssh, server.Destination())
				w.sees(at.sees)
				w.cmd.Process.Signal(number)
				w.exits(status)
				if status == -1 && w.cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != number {
					t.Errorf("it ended with %v", w.cmd.ProcessState)
				}
				_, after, _ := strings.Cut(w.history, at.sees)
				if mark := strings.Index(after, "\x1b_"); mark >= 0 {
					after = after[:mark]
				}
				if strings.Contains(after, "gm:") || !strings.HasSuffix(after, "\r\n") {
					t.Errorf("it left %q", after)
				}
			})
		}
	}
}

// TestInterruptKeyAtAQuestion: Ctrl-C at a question is SIGINT.
func TestInterruptKeyAtAQuestion(t *testing.T) {
	server := sshboottest.Start(t)
	w := open(t, programGM, []string{"HOME=" + t.TempDir(), "SSH_AUTH_SOCK="}, "--ssh=ssh -F none", server.Destination())
	w.sees("(yes/no")
	w.types("\x03")
	w.exits(-1)
	if got := w.cmd.ProcessState.Sys().(syscall.WaitStatus).Signal(); got != unix.SIGINT {
		t.Errorf("it ended with %v", got)
	}
}
