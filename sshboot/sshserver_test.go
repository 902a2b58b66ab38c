package sshboot

import (
	"fmt"
	"testing"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// bootTo returns a boot to s for a user with an empty home and known hosts with s.
func bootTo(t *testing.T, s *sshboottest.GoServer, u *prompttest.ScriptedUser) boot {
	t.Helper()
	home := t.TempDir()
	name := fmt.Sprintf("[127.0.0.1]:%d", s.Port)
	sshboottest.WriteFile(t, home+"/.ssh/known_hosts", knownHostsLine(name, s.Key.PublicKey(), false), 0o600)
	return boot{
		request: Request{Destination: fmt.Sprintf("joe@127.0.0.1:%d", s.Port), ServerCommand: "mosh-server"},
		env:     testEnvironment(home),
		ask:     u,
	}
}
