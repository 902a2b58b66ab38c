//go:build e2e

package sshboottest

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// run logs in with ssh.
func run(t *testing.T, s *Server, command string) string {
	t.Helper()
	home := s.ClientHome(t)
	out, err := exec.Command("ssh", "-F", "none", "-o", "BatchMode=yes",
		"-o", "UserKnownHostsFile="+filepath.Join(home, ".ssh/known_hosts"),
		"-i", filepath.Join(home, ".ssh/id_ed25519"),
		"-p", strconv.Itoa(s.Port), s.User+"@127.0.0.1", command).CombinedOutput()
	if err != nil {
		t.Fatalf("ssh: %v: %s\n%s", err, out, s.Log())
	}
	return string(out)
}

func TestSessionsHaveTheirOwnHome(t *testing.T) {
	s := StartConfig(t, Config{Env: []string{"WORD=two words"}})
	got := run(t, s, `printf '%s\n' "$HOME" "$XDG_CACHE_HOME" "$WORD"`)
	if want := s.Home + "\n" + s.Cache + "\ntwo words\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if s.Accepted() != 1 {
		t.Errorf("Accepted() = %d, want 1", s.Accepted())
	}
}

func TestShell(t *testing.T) {
	s := StartConfig(t, Config{Shell: "fish"})
	if got := run(t, s, "echo $FISH_VERSION"); strings.TrimSpace(got) == "" {
		t.Error("the command line was not read by fish")
	}
}

func TestHostKeys(t *testing.T) {
	s := StartConfig(t, Config{HostKeys: []string{"rsa", "ecdsa", "ed25519"}})
	if len(s.HostKeys) != 3 || strings.Count(s.KnownHosts(), "\n") != 3 {
		t.Fatalf("host keys: %d, known_hosts:\n%s", len(s.HostKeys), s.KnownHosts())
	}
	run(t, s, "true")
}
