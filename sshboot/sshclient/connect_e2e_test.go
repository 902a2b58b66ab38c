//go:build e2e

package sshclient

import (
	"strings"
	"testing"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// chain returns a boot to the server "target" of a user with known keys and accounts on
// all servers.
func chain(t *testing.T, config string, servers map[string]*sshboottest.Server) (boot, *prompttest.ScriptedUser) {
	t.Helper()
	b, u := bootFor(t, servers["target"])
	sshboottest.ConfigureClient(t, b.env.Home, config, servers)
	b.request.Destination = "target"
	return b, u
}

func TestJumpThroughTwoHosts(t *testing.T) {
	servers := map[string]*sshboottest.Server{"gate": sshboottest.Start(t), "inner": sshboottest.Start(t), "target": sshboottest.Start(t)}
	for _, config := range []string{
		"Host target\nProxyJump gate,inner\n",
		"Host target\nProxyJump inner\nHost inner\nProxyJump gate\n",
	} {
		t.Run(config, func(t *testing.T) {
			before := servers["gate"].Accepted()
			b, _ := chain(t, config, servers)
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)
			if want := "the jump host "; !strings.HasPrefix(got.Past, want) {
				t.Errorf("past %q, want %q...", got.Past, want)
			}
			if n := servers["gate"].Accepted() - before; n != 1 {
				t.Errorf("%d connections to the first host", n)
			}
		})
	}
	if log := servers["target"].Log(); strings.Count(log, "Accepted publickey") != 2 {
		t.Errorf("the target's log:\n%s", log)
	}
}

func TestJumpErrors(t *testing.T) {
	gate := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"AllowTcpForwarding no"}})
	servers := map[string]*sshboottest.Server{"gate": gate, "target": sshboottest.Start(t)}
	b, _ := chain(t, "", servers)
	b.request.SSHCommand = []string{"ssh", "-J", "gate"}
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "through gate", "TCP forwarding")

	b, _ = chain(t, "Host target\nProxyJump loop\nHost loop\nProxyJump target\n", servers)
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "more than 16 jump hosts", "lead to itself")

	b, _ = chain(t, "Host target\nProxyJump a;b\n", servers)
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "ProxyJump a;b")
}

func TestProxyCommand(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := chain(t, "Host target\nProxyCommand busybox nc %h %p\n", map[string]*sshboottest.Server{"target": s})
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if got.Past != "the ProxyCommand" {
		t.Errorf("past %q", got.Past)
	}

	for command, want := range map[string]string{
		"echo not a server": `is not an SSH server: it sent "not a server" instead of an SSH version`,
		"sh -c 'exit 3'":    "the ProxyCommand ended (status 3) before an SSH version came",
		"kill $$":           "the ProxyCommand ended (signal: terminated) before an SSH version came",
		"%y":                "unknown token",
		"sleep 1000":        "no answer for 1s",
	} {
		t.Run(command, func(t *testing.T) {
			b, _ := chain(t, "Host target\nConnectTimeout 1\nProxyCommand "+command+"\n", map[string]*sshboottest.Server{"target": s})
			_, err = b.run(t.Context())
			sshboottest.WantError(t, err, want)
		})
	}
}
