//go:build e2e

package sshconfig

import (
	"path/filepath"
	"testing"

	"gm/sshboot/sshboottest"
)

// Ports are numbers in the forms that ssh accepts, or names of services.
func TestPortsAsSSH(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	env := accountEnvironment(t)
	for _, port := range []string{"ssh", "SSH", "http", "https", "nope", "22x", "+22", " 22", "022", "65535", "65536", "0", "-1", "+", "1.5", "0x16", "domain"} {
		sshboottest.WriteFile(t, file, "Port \""+port+"\"\n", 0o600)
		sameAsSSH(t, env, file, "host")
		sameAsSSH(t, env, "none", "host", "-p", port)
	}
	sameAsSSH(t, env, "none", "ssh://host:ssh")
	for _, jump := range []string{"gate:ssh", "gate:nope"} {
		_, err := realConfig(t, "-F", "none", "-J", jump, "host")
		if _, ours := ourConfig(env, "none", "host", "-J", jump); (ours == nil) != (err == nil) {
			t.Errorf("-J %s: %v, ssh: %v", jump, ours, err)
		}
	}
}
