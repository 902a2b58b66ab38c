package sshboot

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

func TestRevokedHostKeysFile(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	path := filepath.Join(t.TempDir(), "revoked")
	b.request.SSHCommand = []string{"ssh", "-o", "RevokedHostKeys " + path}
	writeFile(t, path, "# list\n"+string(ssh.MarshalAuthorizedKey(newSigner(t).PublicKey())), 0o600)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	writeFile(t, path, readFile(t, path)+string(ssh.MarshalAuthorizedKey(s.HostKeys[0])), 0o600)
	_, err = b.run(t.Context())
	wantError(t, err, "is revoked in "+path)
	if out, err := exec.Command("ssh-keygen", "-q", "-k", "-f", path, filepath.Join(s.Dir, "host_ed25519.pub")).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen -k: %v: %s", err, out)
	}
	_, err = b.run(t.Context())
	wantError(t, err, "RevokedHostKeys", "binary form")
	b.request.SSHCommand = []string{"ssh", "-o", "RevokedHostKeys /nonexistent"}
	_, err = b.run(t.Context())
	wantError(t, err, "RevokedHostKeys /nonexistent")
}

func TestCheckHostIP(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	other := knownHostsLine(hostKeyName("127.0.0.1", s.Port), newSigner(t).PublicKey(), false)
	writeFile(t, knownHostsFile(b), knownHostsLine("name", s.HostKeys[0], false)+other, 0o600)
	b.request.SSHCommand = []string{"ssh", "-oHostKeyAlias=name", "-oCheckHostIP=yes"}
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if len(u.told) != 1 || !strings.Contains(u.told[0], "known_hosts:2 for its address") {
		t.Errorf("told %q", u.told)
	}
}

func TestWeakAndUnknownAlgorithms(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"KexAlgorithms diffie-hellman-group14-sha1"}})
	b, u := bootFor(t, s)
	_, err := b.run(t.Context())
	wantError(t, err, "no key exchange algorithm in common", "diffie-hellman-group14-sha1", "KexAlgorithms can allow more")
	b.request.SSHCommand = []string{"ssh", "-v", "-oKexAlgorithms=+diffie-hellman-group14-sha1"}
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	told := strings.Join(u.told, "\n")
	for _, want := range []string{"debug: connected to 127.0.0.1", "host key: ssh-ed25519 SHA256:", "offering ssh-ed25519", "diffie-hellman-group14-sha1", "started "} {
		if !strings.Contains(told, want) {
			t.Errorf("-v does not tell %q:\n%s", want, told)
		}
	}
	b.request.SSHCommand = []string{"ssh", "-c", "rot13"}
	_, err = b.run(t.Context())
	wantError(t, err, "Ciphers rot13", "knows none")
}

// A host that stops answering in the middle is given up.
func TestKeepAlive(t *testing.T) {
	s := startGoServer(t, noLogin())
	s.frozen = make(chan struct{})
	defer close(s.frozen)
	b := s.boot(t, &scriptedUser{})
	b.request.SSHCommand = []string{"ssh", "-oServerAliveInterval=1", "-oServerAliveCountMax=1"}
	_, err := b.run(t.Context())
	wantError(t, err, "the connection ended before the server was started")
}
