//go:build e2e && unix

package fileowner

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Above the home, another account may own a directory, but not everyone may write to it.
func TestCheckWithHome(t *testing.T) {
	for name, c := range map[string]struct {
		path string // of the directory that changes
		uid  int
		mode fs.FileMode
		home string
		why  string
	}{
		"another's":        {"a", another, 0o755, "a/b", ""},
		"group's":          {"a", another, 0o775, "a/b", ""},
		"sticky":           {"a", another, 0o777 | fs.ModeSticky, "a/b", ""},
		"open":             {"a", 0, 0o777, "a/b", "mode 0777"},
		"another's home":   {"a/b", another, 0o755, "a/b", "owner 65534"},
		"below home":       {"a/b", another, 0o755, "a", "owner 65534"},
		"home beside":      {"a/b", another, 0o755, "a/bb", "owner 65534"},
		"no home":          {"a", another, 0o755, "missing", "owner 65534"},
		"home is a link":   {"a", another, 0o755, "link", ""},
		"home is unknown":  {"a", another, 0o755, "", "owner 65534"},
		"home is the root": {"a", another, 0o755, "/", "owner 65534"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := ground(t)
			changed := filepath.Join(dir, c.path)
			must(t, errors.Join(os.Symlink("a/b", filepath.Join(dir, "link")), os.Mkdir(filepath.Join(dir, "a/bb"), 0o755)))
			must(t, errors.Join(os.Chown(changed, c.uid, c.uid), os.Chmod(changed, c.mode)))
			home := c.home
			if home != "" && home != "/" {
				home = filepath.Join(dir, home)
			}
			_, err := CheckWithHome(filepath.Join(dir, "a/b/file"), home)
			wrong, _ := errors.AsType[*Error](err)
			if c.why == "" && err != nil || c.why != "" && (wrong == nil || wrong.Path != changed || wrong.Why != c.why) {
				t.Errorf("error %v, want %q", err, c.why)
			}
		})
	}
}

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
