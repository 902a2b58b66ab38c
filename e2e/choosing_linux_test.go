//go:build e2e

package e2e

import (
	"os"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestChooseOfSeveral enters one of two sessions without naming it: the user chooses from a
// list, on the same login.
func TestChooseOfSeveral(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{Env: []string{"XDG_STATE_HOME=" + harness.TempDir(t)}})
	a := h.account(racing)
	other := a.name + "-other"
	for _, name := range []string{a.name, other} {
		x := a.window("--local", "--name="+name, "--", "sh", "-c", "echo in-$GM_SESSION; read line")
		x.ExpectLine("in-" + name)
		x.Type("\x1ed")
		expectLeft(t, x)
	}
	logins := h.Accepted()
	x := h.gm(racing, nil, "attach", h.Destination())
	screen := x.Expect("Which one")
	for _, want := range []string{a.name + " ", other + " ", "detached"} {
		if !screen.Has(want) {
			t.Errorf("no %q in the list:\n%s", want, harness.Frame(screen))
		}
	}
	x.Line("nonsense")
	x.Expect("is none of them")
	x.Line(other)
	x.ExpectLine("in-" + other)
	if n := h.Accepted() - logins; n != 1 {
		t.Errorf("%d logins, want 1", n)
	}
	x.Line("")
	if status := x.ExpectEnd(harness.Patience); status != 0 {
		t.Errorf("status %d", status)
	}
	a.kill()
	h.clients.ExpectNone(t, harness.Patience)
}

// TestListOfHosts lists two hosts and one that cannot be reached: the sessions of the two
// stand side by side, with the error of the third.
func TestListOfHosts(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	sshboottest.Keygen(t, mkdir(t, home, ".ssh")+"/id_ed25519", "-t", "ed25519")
	servers := map[string]*sshboottest.Server{}
	var accounts []*account
	for _, name := range []string{"alpha", "beta"} {
		h := newHost(t, sshboottest.Config{Env: []string{"XDG_STATE_HOME=" + harness.TempDir(t)}})
		servers[name] = h.Server
		a := h.account(racing)
		a.begin().Type("\x1ed")
		a.expectState("detached", 0)
		accounts = append(accounts, a)
	}
	sshboottest.ConfigureClient(t, home, "Host down\nHostName 127.0.0.1\nPort 1\n", servers)
	user := newAccount(t, racing, "HOME="+home)
	out, status := user.run("ls", "--server="+racing+" server", "alpha", "down", "beta")
	if status != 1 || !strings.HasPrefix(out, "HOST ") || !strings.Contains(out, "gm: down: ") || !strings.Contains(out, "refused") {
		t.Errorf("status %d\n%s", status, out)
	}
	for i, name := range []string{"alpha", "beta"} {
		line := lineWith(out, accounts[i].name)
		if !strings.HasPrefix(line, name+" ") || !strings.Contains(line, " detached ") {
			t.Errorf("%s has the line %q in\n%s", name, line, out)
		}
		accounts[i].kill()
	}
}

// lineWith returns the first line of text that contains a word.
func lineWith(text, word string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, word) {
			return line
		}
	}
	return ""
}

func mkdir(t *testing.T, home, name string) (dir string) {
	t.Helper()
	dir = home + "/" + name
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}
