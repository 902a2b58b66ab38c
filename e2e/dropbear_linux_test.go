//go:build e2e

package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// newDropbear starts a host like a small router: dropbear, and busybox for a
// shell.
func newDropbear(t *testing.T, password string) *host {
	t.Helper()
	h := &host{t: t, sessions: harness.NewFamily(t), clients: harness.NewFamily(t)}
	h.Server = sshboottest.StartDropbear(t, sshboottest.DropbearConfig{
		Shell: "busybox sh", Password: password, Env: []string{h.sessions.Env()},
	})
	h.home = h.ClientHome(t)
	return h
}

// TestDropbear logs in by key, twice, and runs a command that makes the command
// line about as long as dropbear takes.
func TestDropbear(t *testing.T) {
	t.Parallel()
	h := newDropbear(t, "")
	for range 2 {
		h.use(h.shell(plain, nil, h.Destination()))
	}
	uploaded(t, h) // once
	x := h.gm(plain, nil, h.Destination(), "--", "sh", "-c", "echo ${#0}; read line", strings.Repeat("x", 4000))
	x.ExpectLine("4000")
	x.Press("Enter")
	h.expectClean(x)
	x = h.gm(plain, nil, h.Destination(), "--", "echo", strings.Repeat("x", 9000))
	if screen := h.expectRefused(x); !screen.Has("the command is too long") {
		t.Errorf("no reason in\n%s", harness.Frame(screen))
	}
}

// TestDropbearByPassword is asked for a password until it is right.
func TestDropbearByPassword(t *testing.T) {
	t.Parallel()
	h := newDropbear(t, "open sesame")
	remove(t, filepath.Join(h.home, ".ssh", "id_ed25519"), filepath.Join(h.home, ".ssh", "id_ed25519.pub"))
	x := h.shell(plain, nil, h.Destination())
	x.Expect("root@127.0.0.1's password:")
	x.Line("wrong")
	x.Until("second question", harness.Patience, func(s harness.Screen) bool { return strings.Count(s.String(), "password:") == 2 })
	x.Line("open sesame")
	h.use(x)
}
