package harness

import (
	"os"
	"testing"
)

// TempDir is t.TempDir with a name short enough for the socket of a tmux or an agent
// (108 bytes, unix(7)).
func TempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gm-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
