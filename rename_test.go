//go:build e2e

package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// TestRename gives a copy of the module another path, as "make rename" does, builds
// it, and has it hold the rules of the house.
func TestRename(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "copy")
	commitCopy(t, dir)
	for _, argv := range [][]string{
		{"make", "--silent", "rename", "MODULE=example.org/somebody/gm"},
		{"go", "vet", "./..."},
		{"go", "test", "-run", "^(TestImports|TestServerBuild|TestSources|TestReleaseTargets)$", "."},
		{"go", "test", "./internal/...", "./sshboot/payload"},
	} {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Dir, cmd.Env = dir, quietMake()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", argv, err, out)
		}
	}
}
