//go:build e2e

package client

import (
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
	"gm/vt"
)

// TestExpiredPasswordAtTheTerminal changes an expired password by the host's passwd at
// the user's terminal. gm then logs in again, and the terminal is restored.
func TestExpiredPasswordAtTheTerminal(t *testing.T) {
	s := sshboottest.StartAccount(t, sshboottest.Account{Password: "old secret", Expired: true}, sshboottest.Config{})
	w := open(t, programGM, []string{"HOME=" + t.TempDir(), "SSH_AUTH_SOCK="},
		"--server=no-such-server", "--ssh=ssh -F none -o StrictHostKeyChecking=no", s.Destination())
	answer := func(prompt, text string, times int) {
		t.Helper()
		w.until(prompt, func(screen *vt.Screen) bool {
			return strings.Count(strings.ReplaceAll(screen.Text(), "\n", ""), prompt) >= times
		})
		w.types(text + "\r")
	}
	answer("joe@127.0.0.1's password:", "old secret", 1)
	answer("Current password:", "old secret", 1)
	answer("New password:", "Zq7-something", 1)
	answer("Retype new password:", "Zq7-something", 1)
	w.sees("now log in with the new password")
	answer("joe@127.0.0.1's password:", "Zq7-something", 2)
	w.sees("the server was not found")
	w.exits(exitBoot)
	for _, secret := range []string{"old secret", "Zq7"} {
		if strings.Contains(w.history, secret) {
			t.Errorf("%q is shown:\n%s", secret, w.history)
		}
	}
}
