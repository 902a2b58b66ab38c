//go:build e2e

package e2e

import (
	"os"
	"slices"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// host is a machine with only sshd, and a user who logs in to it.
type host struct {
	*sshboottest.Server
	t        *testing.T
	sessions harness.Family // programs on the host
	clients  harness.Family // programs of the user
	home     string         // the user's
	env      []string       // variables of every session
	prefix   []string       // of the user's command lines
}

// newHost starts one that the user can log in to with a key file.
func newHost(t *testing.T, c sshboottest.Config) *host {
	t.Helper()
	h := &host{t: t, sessions: harness.NewFamily(t), clients: harness.NewFamily(t)}
	c.Env = append(c.Env, h.sessions.Env(), "GORACE="+os.Getenv("GORACE"))
	h.Server, h.env = sshboottest.StartConfig(t, c), c.Env
	h.home = h.ClientHome(t)
	t.Cleanup(func() { // before the directories go in which they write
		h.sessions.Kill()
		h.sessions.ExpectNone(t, harness.Patience)
	})
	return h
}

// gm runs the gm at path with args in a terminal.
func (h *host) gm(path string, env []string, args ...string) *harness.Terminal {
	h.t.Helper()
	env = slices.Concat(harness.Environment(h.t), []string{"HOME=" + h.home, h.clients.Env()}, env)
	return harness.NewTerminal(h.t, harness.TerminalOptions{Env: env}, slices.Concat(h.prefix, []string{path}, args)...)
}

// shell runs gm with args, which end with the destination, and a shell there.
func (h *host) shell(path string, env []string, args ...string) *harness.Terminal {
	h.t.Helper()
	return h.gm(path, env, slices.Concat(args, []string{"--"}, harness.Shell())...)
}

// use works in a session that is being opened, and ends it.
func (h *host) use(x *harness.Terminal) {
	h.t.Helper()
	x.ExpectLine("$")
	x.Line("echo log''ged in")
	x.ExpectLine("logged in")
	x.Line("exit")
	h.expectClean(x)
}

func (h *host) expectClean(x *harness.Terminal) {
	h.t.Helper()
	if status := x.ExpectEnd(harness.Patience); status != 0 {
		h.t.Errorf("the status is %d, want 0\n%s", status, harness.Frame(x.Screen()))
	}
	h.sessions.ExpectNone(h.t, harness.Patience)
	h.clients.ExpectNone(h.t, harness.Patience)
}

// expectRefused waits for gm to end without a session.
func (h *host) expectRefused(x *harness.Terminal) harness.Screen {
	h.t.Helper()
	if status := x.ExpectEnd(harness.Patience); status == 0 {
		h.t.Errorf("the status is 0\n%s", harness.Frame(x.Screen()))
	}
	h.sessions.ExpectNone(h.t, harness.Patience)
	return x.Screen()
}
