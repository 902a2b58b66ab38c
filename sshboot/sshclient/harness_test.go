package sshclient

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshconfig"
)

// testEnvironment returns the environment of a user with this home and without an agent,
// plus the given variables.
func testEnvironment(home string, variables ...string) sshconfig.Environment {
	return sshconfig.Environment{
		Home: home, User: "me", UID: "1000", Hostname: "here.example.org", Shell: "/bin/sh",
		SystemConfig: filepath.Join(home, "no-system-config"),
		Lookup: func(name string) (string, bool) {
			for _, v := range variables {
				if n, value, _ := strings.Cut(v, "="); n == name {
					return value, true
				}
			}
			return "", false
		},
		All: func() []string { return variables },
	}
}

// request is a host and options as given by the user.
type request struct {
	Destination string
	SSHPort     int
	SSHCommand  []string
	Family      Family
}

// boot is a login with its environment and user.
type boot struct {
	request request
	env     sshconfig.Environment
	ask     prompt.Prompter
	wait    *prompt.WaitNotice // nil for the default
}

// endpoint is the host that a login reached.
type endpoint struct {
	Addr netip.Addr
	Past string
}

// connect logs in.
func (b boot) connect(ctx context.Context) (*Conn, *sshconfig.Config, error) {
	query := sshconfig.Query{Destination: b.request.Destination, Port: b.request.SSHPort, SSHCommand: b.request.SSHCommand}
	d, hosts, err := sshconfig.NewResolver(b.env, query)
	if err != nil {
		return nil, nil, err
	}
	config, err := hosts.Resolve(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	conn, err := Connector{Ask: b.ask, WaitNotice: b.wait, Family: b.request.Family, LoadJump: hosts.ResolveJump}.Connect(ctx, config)
	return conn, config, err
}

// run logs in, checks that the host replies, and logs out.
func (b boot) run(ctx context.Context) (endpoint, error) {
	conn, _, err := b.connect(ctx)
	if err != nil {
		return endpoint{}, err
	}
	defer conn.Close()
	_, _, err = conn.SendRequest("keepalive@openssh.com", true, nil)
	return endpoint{conn.Addr, conn.Via}, err
}

// bootFor returns a login on s by a user with an account and a known host key.
func bootFor(t *testing.T, s *sshboottest.Server) (boot, *prompttest.ScriptedUser) {
	t.Helper()
	u := &prompttest.ScriptedUser{}
	return boot{request: request{Destination: s.Destination()}, env: testEnvironment(s.ClientHome(t)), ask: u}, u
}

// bootTo returns a login on s by a user with a known host key and no other files.
func bootTo(t *testing.T, s *sshboottest.GoServer, u *prompttest.ScriptedUser) boot {
	t.Helper()
	home := t.TempDir()
	sshboottest.WriteFile(t, home+"/.ssh/known_hosts", knownHostsLine(hostKeyName("127.0.0.1", s.Port), s.Key.PublicKey(), false), 0o600)
	return boot{request: request{Destination: fmt.Sprintf("joe@127.0.0.1:%d", s.Port)}, env: testEnvironment(home), ask: u}
}

// wantEndpoint checks that a login reached a host on this machine.
func wantEndpoint(t *testing.T, got endpoint, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("log in: %v%s", err, sshboottest.HintOf(err))
	}
	if got.Past == "" && got.Addr.String() != "127.0.0.1" {
		t.Errorf("at %v", got.Addr)
	}
}

// knownHostsLine returns the known_hosts line for one host.
func knownHostsLine(host string, key ssh.PublicKey, hashed bool) string {
	return knownHostsLines([]string{host}, key, hashed)
}
