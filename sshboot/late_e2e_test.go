//go:build e2e

package sshboot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gm/sshboot/sshboottest"
)

// A ProxyCommand that writes to its standard error before the session and during it: the
// latter is not shown.
func TestProxyCommandDuringTheSession(t *testing.T) {
	login := piping(t, "GM PIPE\n"+connectLine)
	login.Close()
	b := login.boot
	b.ask, b.env.Stderr = login.user, nil
	dir := t.TempDir()
	now, done := filepath.Join(dir, "now"), filepath.Join(dir, "done")
	script := "echo early >&2; (while [ ! -e " + now + " ]; do sleep 0.02; done; echo late >&2; touch " + done + ") & exec busybox nc %h %p"
	b.request.SSHCommand = []string{"ssh", "-o", "ProxyCommand sh -c '" + script + "'"}
	shown := &lockedBuffer{written: make(chan struct{})}
	b.env.Stderr = shown
	again := openLogin(t, b)
	if err := again.Start(t.Context(), VerbNew, nil); err != nil {
		t.Fatal(err)
	}
	sshboottest.WriteFile(t, now, "", 0o600)
	for deadline := time.Now().Add(time.Minute); ; <-time.After(20 * time.Millisecond) {
		if _, err := os.Stat(done); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the program does not write")
		}
	}
	again.Close() // which waits for the program
	if got := shown.String(); !strings.Contains(got, "early") || strings.Contains(got, "late") {
		t.Errorf("shown: %q", got)
	}
}
