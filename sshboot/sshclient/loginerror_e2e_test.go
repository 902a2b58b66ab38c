//go:build e2e

package sshclient

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"

	"golang.org/x/crypto/ssh/agent"
)

func TestHostDisconnectsDuringPasswordPrompt(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"PasswordAuthentication yes"}})
	b, u := bootFor(t, s)
	if err := os.Remove(filepath.Join(b.env.Home, ".ssh/id_ed25519")); err != nil {
		t.Fatal(err)
	}
	u.Answers = []string{"secret"}
	b.ask = dropping{u, s}
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "the connection after the password", "the log of its sshd")
}

func TestDisconnectMessageIsShown(t *testing.T) {
	s := sshboottest.StartLiar(t, sshboottest.Course{Methods: "publickey", Disconnects: "auth"}, func(_, honest string) string { return honest })
	home := t.TempDir()
	sshboottest.Keygen(t, filepath.Join(mkdir(t, home, ".ssh"), "id_ed25519"), "-t", "ed25519")
	b := boot{
		request: request{Destination: fmt.Sprintf("127.0.0.1:%d", s.Port), SSHCommand: []string{"ssh", "-oStrictHostKeyChecking=no"}},
		env:     testEnvironment(home), ask: &prompttest.ScriptedUser{},
	}
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "ended the login: ")
}

func mkdir(t *testing.T, parts ...string) string {
	t.Helper()
	dir := filepath.Join(parts...)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Messages that depend only on an option or an account.
func TestLoginMessages(t *testing.T) {
	s := sshboottest.Start(t)
	for option, want := range map[string][]string{
		"-oStrictHostKeyChecking=yes":    {"no ED25519 host key is known for [127.0.0.1]", "StrictHostKeyChecking is on"},
		"-oStrictHostKeyChecking=ask":    {"the host [127.0.0.1]", "is not known, and cannot be asked about: there is no terminal"},
		"-oKnownHostsCommand=/bin/false": {"KnownHostsCommand /bin/false: exit status 1", "which hosts are trusted"},
	} {
		t.Run(option, func(t *testing.T) {
			b, _ := bootFor(t, s)
			if err := os.Remove(filepath.Join(b.env.Home, ".ssh/known_hosts")); err != nil {
				t.Fatal(err)
			}
			b.request.SSHCommand = []string{"ssh", option}
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, want...)
		})
	}
}

// The login succeeds although the agent refuses to add the key.
func TestAgentRefusesKey(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	path := filepath.Join(b.env.Home, ".ssh/id_ecdsa")
	s.Authorize(t, sshboottest.Keygen(t, path, "-t", "ecdsa", "-N", "right", "-a", "1"))
	u.Answers = []string{"right"}
	keyring := agent.NewKeyring()
	if err := keyring.Lock([]byte("x")); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "agent"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			go agent.ServeAgent(keyring, conn)
		}
	}()
	b.env.Lookup = testEnvironment("", "SSH_AUTH_SOCK="+l.Addr().String()).Lookup
	got, err := withOptions(b, "AddKeysToAgent=yes", "IdentitiesOnly=yes", "IdentityFile="+path).run(t.Context())
	wantEndpoint(t, got, err)
	if told := strings.Join(u.Told, "\n"); !strings.Contains(told, "gm: warning: add key to agent: ") {
		t.Errorf("told %q", told)
	}
}
