//go:build e2e

package sshclient

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshkey"
)

func TestLoginWithPartialSuccess(t *testing.T) {
	key := sshboottest.NewSigner(t)
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{
		PublicKeyCallback: func(_ ssh.ConnMetadata, got ssh.PublicKey) (*ssh.Permissions, error) {
			if !sshkey.Same(got, key.PublicKey()) {
				return nil, errors.New("unknown key")
			}
			return nil, &ssh.PartialSuccessError{Next: ssh.ServerAuthCallbacks{PasswordCallback: checkPassword}}
		},
	})
	u := &prompttest.ScriptedUser{Answers: []string{"right"}}
	b := bootTo(t, s, u)
	sshboottest.Keygen(t, filepath.Join(b.env.Home, ".ssh/id_ed25519"), "-t", "ed25519")
	b.env.Lookup = testEnvironment("", "SSH_AUTH_SOCK="+serveAgent(t, key)).Lookup
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)

	b.ask = &prompttest.ScriptedUser{Answers: []string{"a", "b", "c"}}
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "permission denied (password)", "publickey succeeded")
}

func TestLoginByEachKindOfKey(t *testing.T) {
	s := sshboottest.Start(t)
	for _, c := range []struct {
		name, file string
		args       []string
		asked      bool
	}{
		{"ed25519", "id_ed25519", []string{"-t", "ed25519"}, false},
		{"ecdsa", "id_ecdsa", []string{"-t", "ecdsa"}, false},
		{"ecdsa PEM", "id_ecdsa", []string{"-t", "ecdsa", "-m", "PEM"}, false},
		{"ecdsa PKCS8", "id_ecdsa", []string{"-t", "ecdsa", "-b", "521", "-m", "PKCS8"}, false},
		{"rsa", "id_rsa", []string{"-t", "rsa", "-b", "2048"}, false},
		{"rsa PEM", "id_rsa", []string{"-t", "rsa", "-b", "2048", "-m", "PEM"}, false},
		{"rsa PKCS8", "id_rsa", []string{"-t", "rsa", "-b", "2048", "-m", "PKCS8"}, false},
		{"ed25519 encrypted", "id_ed25519", []string{"-t", "ed25519", "-N", "right", "-a", "1"}, true},
		{"ecdsa encrypted", "id_ecdsa", []string{"-t", "ecdsa", "-b", "384", "-N", "right", "-a", "1"}, true},
		{"ecdsa encrypted PEM", "id_ecdsa", []string{"-t", "ecdsa", "-m", "PEM", "-N", "right"}, true},
		{"ecdsa encrypted PKCS8", "id_ecdsa", []string{"-t", "ecdsa", "-m", "PKCS8", "-N", "right"}, true},
		{"rsa encrypted", "id_rsa", []string{"-t", "rsa", "-b", "2048", "-N", "right", "-a", "1"}, true},
		{"rsa encrypted PEM", "id_rsa", []string{"-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "right"}, true},
		{"rsa encrypted PKCS8", "id_rsa", []string{"-t", "rsa", "-b", "2048", "-m", "PKCS8", "-N", "right"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, u := bootFor(t, s)
			b.env = testEnvironment(t.TempDir())
			sshboottest.WriteFile(t, filepath.Join(b.env.Home, ".ssh/known_hosts"), s.KnownHosts(), 0o600)
			path := filepath.Join(b.env.Home, ".ssh", c.file)
			s.Authorize(t, sshboottest.Keygen(t, path, c.args...))
			u.Answers = []string{"wrong", "right"}
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)
			var want []string
			if c.asked {
				want = []string{fmt.Sprintf("secret: Enter passphrase for key '%s': ", path), fmt.Sprintf("secret: Bad passphrase, try again for %s: ", path)}
			}
			if !slices.Equal(u.Asked, want) {
				t.Errorf("asked %q, want %q", u.Asked, want)
			}
		})
	}
}

func TestPassphraseIsAskedOnlyForAcceptedKeys(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	dir := filepath.Join(b.env.Home, ".ssh")
	sshboottest.Keygen(t, filepath.Join(dir, "id_ecdsa"), "-t", "ecdsa", "-N", "secret", "-a", "1") // not authorized, offered first
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if len(u.Asked) != 0 {
		t.Errorf("asked %q", u.Asked)
	}
}

func TestLockedKeyWithoutPublicHalf(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	b.env = testEnvironment(t.TempDir())
	sshboottest.WriteFile(t, filepath.Join(b.env.Home, ".ssh/known_hosts"), s.KnownHosts(), 0o600)
	path := filepath.Join(b.env.Home, ".ssh/id_rsa")
	s.Authorize(t, sshboottest.Keygen(t, path, "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "right"))
	if err := os.Remove(path + ".pub"); err != nil {
		t.Fatal(err)
	}
	u.Answers = []string{"right"}
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if len(u.Asked) != 1 {
		t.Errorf("asked %q", u.Asked)
	}
}

func TestUnprotectedKeyIsNotUsed(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	if err := os.Chmod(filepath.Join(b.env.Home, ".ssh/id_ed25519"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "permission denied", "ssh-add -l")
	if len(u.Told) != 1 || !strings.Contains(u.Told[0], "mode 0644 lets others read it") {
		t.Errorf("told %q", u.Told)
	}
}

// The hint of a denied login depends on the attempts made.
func TestDeniedHints(t *testing.T) {
	password := sshboottest.Config{Options: []string{"PasswordAuthentication yes"}}
	for name, c := range map[string]struct {
		server  sshboottest.Config
		spoil   func(s *sshboottest.Server, home string) error
		options []string
		answers []string
		want    string
	}{
		"wrong key": {sshboottest.Config{}, func(s *sshboottest.Server, _ string) error {
			return os.Truncate(filepath.Join(s.Dir, "authorized_keys"), 0)
		}, nil, nil, "/.ssh/id_ed25519): is its public half in"},
		"no key":           {sshboottest.Config{}, func(_ *sshboottest.Server, home string) error { return os.Remove(home + "/.ssh/id_ed25519") }, nil, nil, "gm found no key to offer"},
		"wrong passwords":  {password, func(_ *sshboottest.Server, home string) error { return os.Remove(home + "/.ssh/id_ed25519") }, nil, []string{"a", "b", "c"}, "3 answers were not right"},
		"one wrong":        {password, func(_ *sshboottest.Server, home string) error { return os.Remove(home + "/.ssh/id_ed25519") }, []string{"-oNumberOfPasswordPrompts=1"}, []string{"a"}, "1 answer was not right"},
		"no common method": {sshboottest.Config{Options: []string{"PubkeyAuthentication no", "PasswordAuthentication yes"}}, nil, []string{"-oPasswordAuthentication=no"}, nil, "does ssh_config disable the one that the host requires?"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sshboottest.StartConfig(t, c.server)
			b, u := bootFor(t, s)
			if c.spoil != nil {
				if err := c.spoil(s, b.env.Home); err != nil {
					t.Fatal(err)
				}
			}
			b.request.SSHCommand, u.Answers = append([]string{"ssh"}, c.options...), c.answers
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, "permission denied (", c.want)
		})
	}
}

func TestLoginByAgent(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	key := sshboottest.NewSigner(t)
	s.Authorize(t, key.PublicKey())
	b.env = testEnvironment(t.TempDir(), "SSH_AUTH_SOCK="+serveAgent(t, sshboottest.NewSigner(t), key))
	sshboottest.WriteFile(t, filepath.Join(b.env.Home, ".ssh/known_hosts"), s.KnownHosts(), 0o600)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)

	// IdentitiesOnly restricts the agent's keys to those that files name.
	b.request.SSHCommand = []string{"ssh", "-o", "IdentitiesOnly=yes"}
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "permission denied")
	sshboottest.WriteFile(t, filepath.Join(b.env.Home, ".ssh/named.pub"), string(ssh.MarshalAuthorizedKey(key.PublicKey())), 0o600)
	b.request.SSHCommand = append(b.request.SSHCommand, "-i", "~/.ssh/named")
	got, err = b.run(t.Context())
	wantEndpoint(t, got, err)
	if len(u.Asked) != 0 {
		t.Errorf("asked %q", u.Asked)
	}
}

func TestAddKeysToAgent(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	path := filepath.Join(b.env.Home, ".ssh/id_ecdsa")
	key := sshboottest.Keygen(t, path, "-t", "ecdsa", "-N", "right", "-a", "1")
	s.Authorize(t, key)
	socket, keyring := filepath.Join(t.TempDir(), "agent"), agent.NewKeyring()
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			go agent.ServeAgent(keyring, conn)
		}
	}()
	b.env.Lookup = testEnvironment("", "SSH_AUTH_SOCK="+socket).Lookup
	b.request.SSHCommand = []string{"ssh", "-i", path, "-o", "AddKeysToAgent=ask"}
	u.Answers = []string{"right", "yes"}
	for range 2 { // the second login uses the agent's key
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
	}
	keys, err := keyring.List()
	if err != nil || len(keys) != 1 || !sshkey.Same(keys[0], key) || len(u.Asked) != 2 {
		t.Errorf("agent has %v, %v; asked %q", keys, err, u.Asked)
	}
}

func TestLoginByCertificate(t *testing.T) {
	s := sshboottest.Start(t)
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca")
	s.Authorize(t, sshboottest.Keygen(t, ca, "-t", "ed25519"), "cert-authority", `principals="tester"`)
	for _, args := range [][]string{{"-t", "ed25519"}, {"-t", "rsa", "-b", "2048"}} {
		b, _ := bootFor(t, s)
		b.env = testEnvironment(t.TempDir())
		sshboottest.WriteFile(t, filepath.Join(b.env.Home, ".ssh/known_hosts"), s.KnownHosts(), 0o600)
		path := filepath.Join(b.env.Home, ".ssh/id_"+args[1])
		sshboottest.Keygen(t, path, args...)
		sshboottest.Sign(t, "-s", ca, "-I", "test", "-n", "tester", path+".pub")
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
	}
}

func TestTooManyKeys(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"MaxAuthTries 2"}})
	b, _ := bootFor(t, s)
	b.env.Lookup = testEnvironment("", "SSH_AUTH_SOCK="+serveAgent(t, sshboottest.NewSigner(t), sshboottest.NewSigner(t), sshboottest.NewSigner(t))).Lookup
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "too many keys", "IdentitiesOnly")
}
