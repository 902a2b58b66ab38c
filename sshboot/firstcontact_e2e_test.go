//go:build e2e

package sshboot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/deploy"
	"gm/sshboot/sshboottest"
)

// The user reads once, at the first login, what gm puts on the host: not for another version,
// and not where ssh would be silent.
func TestFirstContactIsTold(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	cache := filepath.Join(s.Cache, "gm")
	boots := func(visible bool, options ...string) string {
		t.Helper()
		u.Told = nil
		b := withOptions(b, options...)
		b.visible = visible
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
		return strings.Join(u.Told, "\n")
	}
	first := func(visible bool, options ...string) string {
		t.Helper()
		if err := os.RemoveAll(cache); err != nil {
			t.Fatal(err)
		}
		return boots(visible, options...)
	}
	if told := first(false); strings.Contains(told, "server") {
		t.Errorf("without a terminal: %q", told)
	}
	if told := first(true, "LogLevel=QUIET"); strings.Contains(told, "server") {
		t.Errorf("with -q: %q", told)
	}
	told := first(true)
	if want := "gm: put its server (0.0 MB) on 127.0.0.1: " + cache + "; gm --uninstall 127.0.0.1 removes it"; told != want {
		t.Errorf("told %q, want %q", told, want)
	}
	if told := boots(true); told != "" {
		t.Errorf("at the second login: %q", told)
	}
	programs, err := filepath.Glob(cache + "/gm-*")
	if err != nil || len(programs) != 1 {
		t.Fatalf("%q, %v", programs, err)
	}
	if err := os.Rename(programs[0], filepath.Join(cache, "gm-0123456789abcdef")); err != nil {
		t.Fatal(err)
	}
	if told := boots(true); told != "" {
		t.Errorf("after an update: %q", told)
	}
	if _, err := os.Stat(programs[0]); err != nil {
		t.Errorf("the update is not there: %v", err)
	}
}

// A shell that never stops printing is not read to its end.
func TestShellThatPrintsWithoutEnd(t *testing.T) {
	b, u := silentShell(t, "/bin/bash", ".bashrc", "exec yes a line", nil)
	b.limits = deploy.DefaultLimits
	u.NoRelay = true
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "the shell of joe@127.0.0.1 printed 4 MB instead of running gm's command; it printed:\n  ...\n  a line\n", "~/.bashrc")
	if n := strings.Count(err.Error(), "a line"); n > 10 {
		t.Errorf("%d lines", n)
	}
}
