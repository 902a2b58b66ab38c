package sshclient

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

// sshLogsIn reports whether the real ssh logs in without prompts, with the files and the
// agent of b.
func sshLogsIn(t *testing.T, b boot, s *sshboottest.Server, options ...string) bool {
	t.Helper()
	args := []string{"-F", "none", "-o", "BatchMode=yes", "-o", "UserKnownHostsFile=" + knownHostsFile(b), "-p", strconv.Itoa(s.Port)}
	for _, option := range options {
		args = append(args, "-o", option)
	}
	cmd := exec.Command("ssh", append(args, s.User+"@127.0.0.1", "true")...)
	socket, _ := b.env.Lookup("SSH_AUTH_SOCK")
	cmd.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
	return cmd.Run() == nil
}

// identities holds the files and servers of TestIdentitiesAsSSH.
type identities struct {
	t                        *testing.T
	dir                      string
	server, certified        *sshboottest.Server // authorize the key, and its authority
	known                    ssh.PublicKey
	noAgent, agent, withCert string // sockets
}

func (f identities) path(name string) string { return filepath.Join(f.dir, name) }

func (f identities) copy(from, to string, mode os.FileMode) {
	f.t.Helper()
	sshboottest.WriteFile(f.t, f.path(to), sshboottest.ReadFile(f.t, f.path(from)), mode)
}

func (f identities) compare(t *testing.T, option string, cert bool, socket string, only, fails bool) {
	s := f.server
	if cert {
		s = f.certified
	}
	b, _ := bootFor(t, s)
	b.env = testEnvironment(t.TempDir(), "SSH_AUTH_SOCK="+socket)
	sshboottest.WriteFile(t, knownHostsFile(b), s.KnownHosts(), 0o600)
	options := []string{"IdentitiesOnly=yes"}
	if strings.HasPrefix(option, "IdentitiesOnly") {
		options = nil
	}
	for o := range strings.SplitSeq(option, ",") {
		keyword, file, _ := strings.Cut(o, "=")
		if keyword != "IdentitiesOnly" {
			file = f.path(file)
		}
		options = append(options, keyword+"="+file)
	}
	if got, want := sshLogsIn(t, b, s, options...), !only && !fails; got != want {
		t.Errorf("ssh logs in: %v, want %v", got, want)
	}
	got, err := withOptions(b, options...).run(t.Context())
	if fails {
		sshboottest.WantError(t, err, "permission denied")
	} else {
		wantEndpoint(t, got, err)
	}
}
