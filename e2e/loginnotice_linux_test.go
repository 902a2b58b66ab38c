//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestLoginNotice shows the sessions without a client in new login shells, except where
// the user has turned it off, and not those in use.
func TestLoginNotice(t *testing.T) {
	t.Parallel()
	state := "XDG_STATE_HOME=" + harness.TempDir(t)
	h := newHost(t, sshboottest.Config{Env: []string{state, "PS1=$ "}})
	h.quietLogin()
	a := h.account(racing)
	first := h.gm(racing, nil, "--name="+a.name, h.Destination())
	first.Expect("$")
	first.Line("echo in''side")
	first.ExpectLine("inside")

	second := h.gm(racing, nil, h.Destination())
	second.Expect("$")
	second.Line("echo rea''dy")
	if screen := second.ExpectLine("ready"); screen.Has(a.name) {
		t.Errorf("a session in use is in the notice:\n%s", harness.Frame(screen))
	}
	second.Line("exit")
	second.ExpectEnd(harness.Patience)

	first.Type("\x1ed")
	expectLeft(t, first)
	a.expectState("detached", 0)
	third := h.gm(racing, nil, h.Destination())
	third.Expect("$")
	screen := third.Expect("gm: 1 session here has no client: " + a.name + " (")
	if n := strings.Count(screen.String(), a.name+" ("); n != 1 || !strings.Contains(strings.ReplaceAll(screen.String(), "\n", ""), "gm attach "+h.Destination()+" "+a.name) {
		t.Errorf("the notice is\n%s", harness.Frame(screen))
	}
	third.Line("clear; exec bash --norc --noprofile -l")
	third.Line("echo ag''ain")
	if screen := third.ExpectLine("again"); screen.Has(a.name) {
		t.Errorf("the notice is shown twice:\n%s", harness.Frame(screen))
	}
	third.Line("exit")
	third.ExpectEnd(harness.Patience)

	fourth := h.gm(racing, nil, "--server=env GM_SERVER_NOTICE=no "+racing+" server", h.Destination())
	fourth.Expect("$")
	fourth.Line("echo rea''dy")
	if screen := fourth.ExpectLine("ready"); screen.Has(a.name) {
		t.Errorf("a notice although it is off:\n%s", harness.Frame(screen))
	}
	fourth.Line("exit")
	fourth.ExpectEnd(harness.Patience)
	a.kill()
}

// quietLogin makes the host's login shells ready with a plain prompt.
func (h *host) quietLogin() {
	h.t.Helper()
	if err := os.WriteFile(filepath.Join(h.Home, ".bash_profile"), []byte("PS1='$ '\n"), 0o600); err != nil {
		h.t.Fatal(err)
	}
}
