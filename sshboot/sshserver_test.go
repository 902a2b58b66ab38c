package sshboot

import (
	"fmt"
	"testing"
)

// bootTo returns a boot towards s for a user of an empty home that knows the host.
func bootTo(t *testing.T, s *goServer, u *scriptedUser) boot {
	t.Helper()
	home := t.TempDir()
	name := fmt.Sprintf("[127.0.0.1]:%d", s.port)
	writeFile(t, home+"/.ssh/known_hosts", knownHostsLine(name, s.key.PublicKey(), false), 0o600)
	return boot{
		request: Request{Destination: fmt.Sprintf("joe@127.0.0.1:%d", s.port), ServerCommand: "mosh-server"},
		env:     testEnvironment(home),
		ask:     u,
	}
}
