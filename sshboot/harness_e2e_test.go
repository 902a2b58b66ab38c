//go:build e2e

package sshboot

import (
	"gm/sshboot/payload"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
	"gm/wire/datagram"
	"testing"
)

// withOptions returns b with options of ssh_config.
func withOptions(b boot, options ...string) boot {
	b.request.SSHCommand = []string{"ssh"}
	for _, option := range options {
		b.request.SSHCommand = append(b.request.SSHCommand, "-o", option)
	}
	return b
}

// bootFor returns a boot with a fake server for a user who can log in to s.
func bootFor(t *testing.T, s *sshboottest.Server) (boot, *prompttest.ScriptedUser) {
	t.Helper()
	u := &prompttest.ScriptedUser{}
	set := payload.Set{script(t, sshboottest.FakeServer)}
	return boot{
		request:  Request{Destination: s.Destination(), ServerArgs: []string{"-s", "--", "sh", "-c", "a; 'b'"}},
		env:      testEnvironment(s.ClientHome(t)),
		ask:      u,
		binaries: having(set...),
	}, u
}

// wantEndpoint checks that the fake server was started.
func wantEndpoint(t *testing.T, got Endpoint, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("boot: %v%s", err, sshboottest.HintOf(err))
	}
	key, err := datagram.ParseKey(sshboottest.TestKey)
	if err != nil {
		t.Fatal(err)
	}
	if got.Addr.String() != "127.0.0.1" || got.Announcement.Port != 60001 || got.Announcement.Key != key {
		t.Errorf("endpoint = %v", got.Addr)
	}
}
