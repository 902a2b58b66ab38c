//go:build e2e

package sshclient

import (
	"fmt"
	"path/filepath"
	"testing"

	"gm/sshboot/sshboottest"
)

// A destination-constrained key in the real agent signs for its host, after every kind of
// key exchange, and for no other host.
func TestDestinationConstrainedKeys(t *testing.T) {
	s, other := sshboottest.Start(t), sshboottest.Start(t)
	dir := t.TempDir()
	key, hosts := filepath.Join(dir, "key"), filepath.Join(dir, "known_hosts")
	public := sshboottest.Keygen(t, key, "-t", "ed25519")
	s.Authorize(t, public)
	other.Authorize(t, public)
	sshboottest.WriteFile(t, hosts, s.KnownHosts()+other.KnownHosts(), 0o600)
	socket := startAgent(t)
	addToAgent(t, socket, "-H", hosts, "-h", fmt.Sprintf("[127.0.0.1]:%d", s.Port), key)
	boot := func(s *sshboottest.Server) boot {
		b, _ := bootFor(t, s)
		b.env = testEnvironment(t.TempDir(), "SSH_AUTH_SOCK="+socket)
		sshboottest.WriteFile(t, knownHostsFile(b), s.KnownHosts(), 0o600)
		return b
	}
	for _, kex := range []string{"curve25519-sha256", "ecdh-sha2-nistp384", "diffie-hellman-group14-sha256", "diffie-hellman-group-exchange-sha256"} {
		t.Run(kex, func(t *testing.T) {
			b := boot(s)
			got, err := withOptions(b, "KexAlgorithms="+kex).run(t.Context())
			wantEndpoint(t, got, err)
			if !sshLogsIn(t, b, s, "KexAlgorithms="+kex) {
				t.Errorf("%s: ssh does not log in", kex)
			}
		})
	}
	b := boot(other)
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "permission denied")
	if sshLogsIn(t, b, other) {
		t.Error("ssh logs in to the other host")
	}
}
