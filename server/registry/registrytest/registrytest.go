// Package registrytest has a place for the sockets of the sessions that a test begins. Their
// paths are shorter than those in the directories of package testing.
package registrytest

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir returns a temporary directory whose path has room for those of sockets.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gm")
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// Getenv returns a function like [os.Getenv] of a user whose sockets are in a directory.
func Getenv(dir string) func(name string) string {
	return func(name string) string {
		return map[string]string{"XDG_RUNTIME_DIR": dir, "HOME": dir}[name]
	}
}
