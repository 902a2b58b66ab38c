package sshboot

import (
	"testing"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// A host that stops answering during the bootstrap is given up.
func TestKeepAlive(t *testing.T) {
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Frozen = make(chan struct{})
	defer close(s.Frozen)
	b := bootTo(t, s, &prompttest.ScriptedUser{})
	b.request.SSHCommand = []string{"ssh", "-oServerAliveInterval=1", "-oServerAliveCountMax=1"}
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "the host has stopped answering", "ServerAliveInterval")
}
