package sshboottest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// ConfigureClient writes the configuration and the known hosts of a user of the servers.
// Each server has its name as Host, and authorizes the key in home/.ssh/id_ed25519. The
// configuration starts with config.
func ConfigureClient(t *testing.T, home, config string, servers map[string]*Server) {
	t.Helper()
	dir := filepath.Join(home, ".ssh")
	key := ReadPublicKey(t, filepath.Join(dir, "id_ed25519.pub"))
	var known, hosts strings.Builder
	for name, s := range servers {
		s.Authorize(t, key)
		known.WriteString(s.KnownHosts())
		fmt.Fprintf(&hosts, "Host %s\nHostName 127.0.0.1\nPort %d\nUser %s\n", name, s.Port, s.User)
	}
	WriteFile(t, filepath.Join(dir, "known_hosts"), known.String(), 0o600)
	WriteFile(t, filepath.Join(dir, "config"), config+hosts.String(), 0o600)
}
