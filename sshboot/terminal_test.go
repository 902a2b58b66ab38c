//go:build e2e

package sshboot

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gm/sshboot/deploy"
	"gm/sshboot/prompt"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshclient"
	"gm/sshboot/sshconfig"
)

// accountBoot returns a boot to an account that can log in only by password.
func accountBoot(t *testing.T, s *sshboottest.Server, answers ...string) (boot, *prompttest.ScriptedUser) {
	t.Helper()
	b, u := bootFor(t, s)
	b.request.Destination = s.Destination()
	if err := os.Remove(filepath.Join(b.env.Home, ".ssh/id_ed25519")); err != nil {
		t.Fatal(err)
	}
	u.Answers = answers
	return b, u
}

// An expired password is changed in a terminal on the host, as with ssh, and the new one
// is asked for.
func TestExpiredPassword(t *testing.T) {
	s := sshboottest.StartAccount(t, sshboottest.Account{Password: "old secret", Expired: true}, sshboottest.Config{})
	b, u := accountBoot(t, s, "old secret", "old secret", "Zq7-something", "Zq7-something", "Zq7-something")
	got, err := b.run(t.Context())
	if u.Relayed != nil {
		t.Logf("terminal: %q", u.Relayed.Shown.String())
	}
	wantEndpoint(t, got, err)
	if len(u.Answers) != 0 || u.Relayed == nil || !u.Relayed.Stopped || !strings.Contains(strings.Join(u.Told, "\n"), "has to be changed first") {
		t.Errorf("answers left: %q, told %q", u.Answers, u.Told)
	}
	b, _ = accountBoot(t, s, "Zq7-something")
	got, err = b.run(t.Context())
	wantEndpoint(t, got, err)
}

// silentShells are accounts whose shell waits for input before it runs a command, with the
// answers of the user in the terminal.
var silentShells = []struct {
	name, shell, file, text string
	answers                 []string
	ends                    string // the error, if the answers do not lead to gm's command
}{
	{"a question", "/bin/bash", ".bashrc", "printf 'which host? : '; read x", []string{"1"}, ""},
	{"a menu", "/bin/bash", ".bashrc", "PS3='choose: '; select x in work play; do break; done", []string{"2"}, ""},
	{"a question of zsh's", "/usr/bin/zsh", ".zshenv", "read 'x?choose: '", []string{"2"}, ""},
	{"a question of tcsh's", "/usr/bin/tcsh", ".cshrc", "printf 'which one: '; set x = $<", []string{"2"}, ""},
	{"a question of fish's", "/usr/bin/fish", ".config/fish/config.fish", "read -P 'which one: ' x", []string{"2"}, ""},
	{"another shell", "/bin/bash", ".bashrc", "export PS1='shell: '; exec bash --norc --noprofile -i", []string{"exit"}, "the terminal there ended without running gm's command"},
	{"a program", "/bin/bash", ".bashrc", "printf 'a program: '; exec cat", []string{"^C"}, prompt.ErrInterrupted.Error()},
}

// silentShell returns a boot to such an account with a shell timeout of one second.
func silentShell(t *testing.T, shell, file, text string, answers []string) (boot, *prompttest.ScriptedUser) {
	s := sshboottest.StartAccount(t, sshboottest.Account{Password: "secret", Shell: shell}, sshboottest.Config{})
	path := filepath.Join(s.Home, file)
	sshboottest.WriteFile(t, path, text+"\n", 0o644)
	for dir := filepath.Dir(path); dir != s.Home; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	b, u := accountBoot(t, s, append([]string{"secret"}, answers...)...)
	b.limits = deploy.DefaultLimits
	b.limits.Shell, b.limits.Slow = time.Second, 2*time.Second
	b.wait = &prompt.WaitNotice{Delay: time.Millisecond}
	return b, u
}

// A shell that does not run gm's command gets a terminal, as ssh would open it.
func TestShellsThatNeverComeBack(t *testing.T) {
	for _, c := range silentShells {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, u := silentShell(t, c.shell, c.file, c.text, c.answers)
			got, err := b.run(t.Context())
			told := strings.Join(u.Told, "\n")
			if u.Relayed == nil || !u.Relayed.Stopped {
				t.Fatalf("no terminal: %v; told %q", err, told)
			}
			switch {
			case c.ends == "":
				wantEndpoint(t, got, err)
			case err == nil || !strings.Contains(err.Error(), c.ends):
				t.Errorf("error %v, want %q", err, c.ends)
			}
			told += "\n" + strings.Join(u.Statuses, "\n")
			for _, want := range []string{"gm: waiting for the shell of joe@127.0.0.1 to run gm's command (0 s)", "has not run gm's command for 1s", "hint: does one of its startup files", "this is a terminal there"} {
				if !strings.Contains(told, want) {
					t.Errorf("not told %q:\n%s\nterminal: %q", want, told, u.Relayed.Shown.String())
				}
			}
		})
	}
}

// Without a terminal for the user, a slow shell is waited for, as by ssh.
func TestSlowShellWithoutTerminal(t *testing.T) {
	b, u := silentShell(t, "/bin/bash", ".bashrc", "sleep 2", nil)
	u.NoRelay = true
	b.limits.Slow = time.Minute
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if told := strings.Join(u.Told, "\n"); !strings.Contains(told, "gm: the shell of joe@127.0.0.1 has not run gm's command for 1s") {
		t.Errorf("told %q", told)
	}
}

// Without a terminal for the user, the error contains the output of the shell.
func TestShellsThatNeverComeBackWithoutTerminal(t *testing.T) {
	for _, c := range silentShells {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, u := silentShell(t, c.shell, c.file, "printf 'some menu: '\n"+c.text, nil)
			u.NoRelay = true
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, "the shell of joe@127.0.0.1 did not run gm's command within 2s; it printed", "some menu", "case $- in *i*)")
		})
	}
}

// Without a terminal, the error names the expired password.
func TestExpiredPasswordWithoutTerminal(t *testing.T) {
	s := sshboottest.StartAccount(t, sshboottest.Account{Password: "old secret", Expired: true}, sshboottest.Config{})
	b, u := accountBoot(t, s, "old secret")
	u.NoRelay = true
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "the password of joe@127.0.0.1 has expired and has to be changed", "log in from a terminal once")
}

// The server is put elsewhere if the account cannot enter its home.
func TestBootWithAHomeThatMayNotBeEntered(t *testing.T) {
	s := sshboottest.StartAccount(t, sshboottest.Account{Password: "secret"}, sshboottest.Config{})
	if err := os.Chmod(s.Home, 0); err != nil {
		t.Fatal(err)
	}
	b, u := accountBoot(t, s, "secret")
	b.binaries = having(script(t, strings.Replace(sshboottest.FakeServer, `printf '%s\000' "$@" >"$HOME/args"`, "", 1)))
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if told := strings.Join(u.Told, "\n"); !strings.Contains(told, "because no program can be put into its home") {
		t.Errorf("told %q", told)
	}
	conn, _, err := accountConnection(t, s)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := deploy.Uninstall(t.Context(), io.Discard, conn.Client, "host"); err != nil {
		t.Error(err)
	}
}

// accountConnection logs in with the password "secret".
func accountConnection(t *testing.T, s *sshboottest.Server) (*sshclient.Conn, *sshconfig.Config, error) {
	b, _ := accountBoot(t, s, "secret")
	return b.connect(t.Context())
}
