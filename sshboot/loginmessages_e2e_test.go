//go:build e2e

package sshboot

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"gm/sshboot/deploy"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// Accounts for which the host runs a forced command.
func TestAccountsWithACommandOfTheirOwn(t *testing.T) {
	for options, want := range map[string]string{
		"ForceCommand echo only backups here": "only backups here",
		"ForceCommand internal-sftp":          "This service allows sftp connections only.",
	} {
		t.Run(options, func(t *testing.T) {
			t.Parallel()
			s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{options}})
			b, _ := bootFor(t, s)
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, "the host ran another command than gm's for this account", want)
		})
	}
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	key := sshboottest.ReadPublicKey(t, filepath.Join(b.env.Home, ".ssh/id_ed25519.pub"))
	if err := os.Truncate(filepath.Join(s.Dir, "authorized_keys"), 0); err != nil {
		t.Fatal(err)
	}
	s.Authorize(t, key, `command="echo for git alone"`, "no-pty")
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "the host ran another command than gm's for this account", "for git alone", "command= in authorized_keys")
}

// Messages for an expired password that was not changed.
func TestExpiredPasswordThatIsNotChanged(t *testing.T) {
	account := sshboottest.Account{Password: "old secret", Expired: true}
	s := sshboottest.StartAccount(t, account, sshboottest.Config{})
	b, _ := accountBoot(t, s, "old secret", "wrong")
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "the password of joe@127.0.0.1 was not changed", "log in again")

	s = sshboottest.StartAccount(t, account, sshboottest.Config{Options: []string{"PermitTTY no"}})
	b, _ = accountBoot(t, s, "old secret")
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "open a terminal: ", "PermitTTY")
}

// Servers that refuse channels or commands, or disconnect.
func TestServersThatRefuse(t *testing.T) {
	for _, c := range []struct {
		course sshboottest.Course
		want   string
	}{
		{sshboottest.Course{Methods: "publickey", Accepts: "publickey", Refuses: "channel"}, "open a session: "},
		{sshboottest.Course{Methods: "publickey", Accepts: "publickey", Refuses: "exec"}, "run a command: "},
		{sshboottest.Course{Methods: "publickey", Accepts: "publickey", Disconnects: "exec"}, "the connection ended before the server was started"},
	} {
		l := sshboottest.StartLiar(t, c.course, func(_, honest string) string { return honest })
		home := t.TempDir()
		key := filepath.Join(home, ".ssh", "id_ed25519")
		if err := os.MkdirAll(filepath.Dir(key), 0o700); err != nil {
			t.Fatal(err)
		}
		sshboottest.Keygen(t, key, "-t", "ed25519")
		b := boot{
			request: Request{Destination: fmt.Sprintf("127.0.0.1:%d", l.Port), ServerCommand: "x", SSHCommand: []string{"ssh", "-oStrictHostKeyChecking=no"}},
			env:     testEnvironment(home), ask: &prompttest.ScriptedUser{},
		}
		_, err := b.run(t.Context())
		sshboottest.WantError(t, err, c.want)
	}
}

// A forced command runs instead of the uninstall script.
func TestUninstallFromAForcedCommand(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"ForceCommand echo only backups here"}})
	b, _ := bootFor(t, s)
	conn, config, err := b.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = deploy.Uninstall(t.Context(), io.Discard, conn.Client, config.Alias)
	sshboottest.WantError(t, err, "the account's shell did not run gm's command to its end")
}

// A host behind a proxy that does not report its address cannot be reached over UDP.
func TestProxiedHostWithoutAddress(t *testing.T) {
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	u := &prompttest.ScriptedUser{}
	b := bootTo(t, s, u)
	b.request.SSHCommand = []string{"ssh", "-o", "ProxyCommand busybox nc %h %p"}
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "does not report its address")
}
