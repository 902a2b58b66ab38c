//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestAgentConstraints forwards an agent with a key that is for a host alone. From that host
// it must not reach the host, while another key does.
func TestAgentConstraints(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	dir := harness.TempDir(t)
	socket, known := filepath.Join(dir, "agent"), filepath.Join(s.home, ".ssh", "known_hosts")
	agent := exec.Command("ssh-agent", "-D", "-a", socket)
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { agent.Process.Kill(); agent.Wait() })
	harness.Until(t, "the agent", harness.Patience, func() bool { _, err := os.Stat(socket); return err == nil }, nil)
	add := func(words ...string) {
		t.Helper()
		cmd := exec.Command("ssh-add", words...)
		cmd.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("ssh-add %q: %v: %s", words, err, out)
		}
	}
	login := func(program string, words ...string) result {
		t.Helper()
		cmd := s.command(program, append([]string{"-A", "host"}, words...)...)
		cmd.Env = append(cmd.Env, "SSH_AUTH_SOCK="+socket)
		out, err := cmd.CombinedOutput()
		return result{status: status(err), out: string(out)}
	}
	again := fmt.Sprintf("ssh -F none -p %d -l %s -o UserKnownHostsFile=%s -o BatchMode=yes -o PreferredAuthentications=publickey 127.0.0.1 echo again", s.Port, s.User, known)
	other := filepath.Join(dir, "other")
	sshboottest.Keygen(t, other, "-t", "ed25519")
	for _, program := range []string{"ssh", s.gmssh} {
		add("-q", "-D")
		add("-q", "-H", known, "-h", fmt.Sprintf("[127.0.0.1]:%d", s.Port), filepath.Join(s.home, ".ssh", "id_ed25519"))
		if got := login(program, again); got.status != 255 || !strings.Contains(got.out, "Permission denied") {
			t.Errorf("%s: a constrained key: %+v", filepath.Base(program), got)
		}
		add("-q", other)
		if got := login(program, "ssh-keygen -Y sign -q -n file -f "+other+".pub "+s.config+" && rm "+s.config+".sig"); got.status != 0 {
			t.Errorf("%s: a key without constraints: %+v", filepath.Base(program), got)
		}
		add("-q", "-D")
		add("-q", filepath.Join(s.home, ".ssh", "id_ed25519"))
		if got := login(program, again); got.status != 0 || !strings.Contains(got.out, "again") {
			t.Errorf("%s: the key without constraints: %+v", filepath.Base(program), got)
		}
	}
}
