//go:build unix

package client

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// local returns the arguments for a session with mosh's server on this machine.
func local(command ...string) []string {
	return append([]string{"--local", "--server=mosh-server", "--"}, command...)
}

func TestProgramNeedsATerminal(t *testing.T) {
	cmd := exec.Command(os.Args[0], "--local")
	cmd.Env = append(os.Environ(), testProgram+"="+programGM)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != exitFailed || !strings.Contains(string(out), "are not a terminal\nhint: ") {
		t.Errorf("%v: %s", err, out)
	}
}
