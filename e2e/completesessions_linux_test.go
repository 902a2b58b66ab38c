//go:build e2e

package e2e

import (
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestCompletionOfSessions has bash complete the names of sessions: those of this machine,
// and those of a host that were entered from here, without a login.
func TestCompletionOfSessions(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{Env: []string{"XDG_STATE_HOME=" + harness.TempDir(t)}})
	sshboottest.ConfigureClient(t, h.home, "", map[string]*sshboottest.Server{"alpha": h.Server})
	a := h.account(plain)
	remote := h.shell(plain, nil, "--name="+a.name, "alpha")
	remote.ExpectLine("$")
	remote.Type("\x1ed")
	expectLeft(t, remote)
	a.expectState("detached", 0)
	x := newCompleter(t, []string{"env", "PS1=> ", "HISTFILE=", "bash", "--norc", "--noprofile"})
	x.Line("gm help bash >GM; . ./GM; export XDG_RUNTIME_DIR= HOME=" + h.Home + " " + h.env[0] + "; clear")
	x.expectPrompt()
	most := a.name[:len(a.name)-1]
	for _, verb := range []string{"attach", "kill", "detach"} {
		x.completes("gm "+verb+" --local "+most, "gm "+verb+" --local "+a.name)
	}
	x.Line("unset XDG_STATE_HOME; export HOME=" + h.home + "; clear")
	x.expectPrompt()
	logins := h.Accepted()
	x.completes("gm attach alpha "+most, "gm attach alpha "+a.name)
	if n := h.Accepted() - logins; n != 0 {
		t.Errorf("%d logins, want none", n)
	}
	a.kill()
}
