package sshclient

import (
	"testing"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

func TestSilentHost(t *testing.T) {
	l := sshboottest.Listen(t)
	b := boot{
		request: request{Destination: "127.0.0.1", SSHPort: l.Port, SSHCommand: []string{"ssh", "-oConnectTimeout=1"}},
		env:     testEnvironment(t.TempDir()), ask: &prompttest.ScriptedUser{},
	}
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "[127.0.0.1]", "accepted the connection, but sent no SSH version: no answer for 1s", "does another program than sshd listen there")
}
