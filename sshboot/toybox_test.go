//go:build e2e

package sshboot

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"gm/sshboot/sshboottest"
)

// The tools of toybox, which Android and some small systems use, are sufficient.
func TestBootWithToybox(t *testing.T) {
	toybox, err := exec.LookPath("toybox")
	if err != nil {
		t.Fatal(err)
	}
	dir := sshboottest.Tools(t, "dash")
	for _, name := range []string{"cat", "chmod", "id", "ls", "mkdir", "mv", "od", "rm", "uname", "wc"} {
		if err := os.Symlink(toybox, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + dir}})
	b, _ := bootFor(t, s)
	for range 2 {
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
	}
	if files, err := filepath.Glob(filepath.Join(s.Cache, "gm", "gm-*")); err != nil || len(files) != 1 {
		t.Errorf("in the cache: %v, %v", files, err)
	}
}
