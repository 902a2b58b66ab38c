//go:build e2e && unix

package fileowner

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestCheckOwners changes owners and groups, for which it has to be root.
func TestCheckOwners(t *testing.T) {
	chown := func(path string, uid, gid int, mode fs.FileMode) func(string) error {
		return func(dir string) error {
			return errors.Join(os.Chown(filepath.Join(dir, path), uid, gid), chmod(path, mode)(dir))
		}
	}
	checkAll(t, map[string]checkCase{
		"file of own group":       {chmod("a/b/file", 0o664), "", "", ""},
		"file of another group":   {chown("a/b/file", 0, another, 0o664), "a/b/file", "mode 0664", "chmod go-w "},
		"another's file":          {chown("a/b/file", another, 0, 0o644), "a/b/file", "owner 65534", "chown root "},
		"parent of own group":     {chmod("a", 0o775), "", "", ""},
		"parent of another group": {chown("a", 0, another, 0o775), "a", "mode 0775", "chmod go-w "},
		"another's parent":        {chown("a", another, 0, 0o755), "a", "owner 65534", "chown root "},
		"another's sticky parent": {chown("a", another, 0, 0o777|fs.ModeSticky), "a", "owner 65534", "chown root "},
	})
}
