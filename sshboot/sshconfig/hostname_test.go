//go:build e2e

package sshconfig

import (
	"path/filepath"
	"testing"

	"gm/sshboot/sshboottest"
)

// All forms of an address are the same host, as with ssh.
func TestFormsOfAnAddressAsSSH(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	sshboottest.WriteFile(t, file, "Host short\nHostName 10.1\nMatch host 127.0.0.1\nUser matched\nHost 127.1\nPort 7\nMatch final host 127.0.0.1\nUser final\nConnectTimeout 9\n", 0o600)
	for _, host := range []string{"127.1", "0x7f.1", "2130706433", "::0001", "2001:DB8::0:1", "1.2.3.4.5", "short", "0177.1", "256.1", "127.0.0.1"} {
		sameAsSSH(t, accountEnvironment(t), file, host)
		sameAsSSH(t, accountEnvironment(t), file, host, "-o", "CanonicalizeHostname=yes", "-o", "CanonicalDomains=example.org")
	}
}
