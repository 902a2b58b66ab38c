package sshclient

import (
	"strings"
	"testing"
	"time"

	"gm/sshboot/prompt"
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

// A wait beside a ProxyCommand, which may ask the user something, is shown once.
func TestWaitForProxyCommand(t *testing.T) {
	for command, want := range map[string]string{
		"none":       "gm: waiting for [127.0.0.1]:",
		"sleep 1000": "once: gm: waiting for [127.0.0.1]:",
	} {
		t.Run(command, func(t *testing.T) {
			l, u := sshboottest.Listen(t), &prompttest.ScriptedUser{}
			b := boot{
				request: request{Destination: "127.0.0.1", SSHPort: l.Port, SSHCommand: []string{"ssh", "-oConnectTimeout=1", "-oProxyCommand=" + command}},
				env:     testEnvironment(t.TempDir()), ask: u, wait: &prompt.WaitNotice{Delay: time.Millisecond},
			}
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, "no answer for 1s")
			if len(u.Statuses) == 0 || !strings.HasPrefix(u.Statuses[len(u.Statuses)-1], want) {
				t.Errorf("shown %q, want %q", u.Statuses, want)
			}
		})
	}
}
