//go:build unix

package fileowner

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// another is an account, and a group, that is not the test's.
const another = 65534

// ground makes a/b/file, where all is safe.
func ground(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "a/b"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "a/b/file"), nil, 0o644))
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestCheck(t *testing.T) {
	chmod := func(path string, mode fs.FileMode) func(string) error {
		return func(dir string) error { return os.Chmod(filepath.Join(dir, path), mode) }
	}
	chown := func(path string, uid, gid int, mode fs.FileMode) func(string) error {
		return func(dir string) error {
			return errors.Join(os.Chown(filepath.Join(dir, path), uid, gid), chmod(path, mode)(dir))
		}
	}
	for name, c := range map[string]struct {
		change func(dir string) error
		path   string // of the error; empty for none
		why    string
		mend   string
	}{
		"safe":                    {chmod("a", 0o755), "", "", ""},
		"closed":                  {chmod("a/b/file", 0o400), "", "", ""},
		"open file":               {chmod("a/b/file", 0o666), "a/b/file", "mode 0666", "chmod go-w "},
		"file open to others":     {chmod("a/b/file", 0o642), "a/b/file", "mode 0642", "chmod go-w "},
		"sticky file":             {chmod("a/b/file", 0o666|fs.ModeSticky), "a/b/file", "mode 1666", "chmod go-w "},
		"file of own group":       {chmod("a/b/file", 0o664), "", "", ""},
		"file of another group":   {chown("a/b/file", 0, another, 0o664), "a/b/file", "mode 0664", "chmod go-w "},
		"another's file":          {chown("a/b/file", another, 0, 0o644), "a/b/file", "owner 65534", "chown root "},
		"open directory":          {chmod("a/b", 0o777), "a/b", "mode 0777", "chmod go-w "},
		"open parent":             {chmod("a", 0o777), "a", "mode 0777", "chmod go-w "},
		"sticky parent":           {chmod("a", 0o777|fs.ModeSticky), "", "", ""},
		"parent of own group":     {chmod("a", 0o775), "", "", ""},
		"parent of another group": {chown("a", 0, another, 0o775), "a", "mode 0775", "chmod go-w "},
		"another's parent":        {chown("a", another, 0, 0o755), "a", "owner 65534", "chown root "},
		"another's sticky parent": {chown("a", another, 0, 0o777|fs.ModeSticky), "a", "owner 65534", "chown root "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := ground(t)
			must(t, c.change(dir))
			file := filepath.Join(dir, "a/b/file")
			link := filepath.Join(t.TempDir(), "link")
			must(t, os.Symlink(file, link))
			for _, path := range []string{file, link} {
				physical, err := Check(path)
				if c.path == "" {
					if err != nil || physical != file {
						t.Errorf("Check(%s) = %s, %v", path, physical, err)
					}
					continue
				}
				wrong, ok := errors.AsType[*Error](err)
				if want := filepath.Join(dir, c.path); !ok || wrong.Path != want || wrong.Why != c.why || wrong.Mend != c.mend+quote(want) {
					t.Errorf("Check(%s): %+v", path, err)
				}
			}
			if err := CheckTree(filepath.Join(dir, "a/b")); (err != nil) != (c.path != "") {
				t.Errorf("CheckTree: %v", err)
			}
		})
	}
}

// A directory may be shared if it is above, and not if it is the one.
func TestCheckDirectory(t *testing.T) {
	dir := ground(t)
	must(t, os.Chmod(filepath.Join(dir, "a"), 0o777|fs.ModeSticky))
	if _, err := Check(filepath.Join(dir, "a")); err == nil || !strings.Contains(err.Error(), "mode 1777") {
		t.Errorf("a shared directory: %v", err)
	}
	if _, err := Check(filepath.Join(dir, "nothing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing: %v", err)
	}
	t.Chdir(dir)
	if physical, err := Check("a/b"); err != nil || physical != filepath.Join(dir, "a/b") {
		t.Errorf("a relative path: %s, %v", physical, err)
	}
}

func TestCheckTree(t *testing.T) {
	dir := ground(t)
	must(t, os.MkdirAll(filepath.Join(dir, "a/.git"), 0o755))
	must(t, os.Chmod(filepath.Join(dir, "a/.git"), 0o777))
	must(t, os.Symlink("nowhere", filepath.Join(dir, "a/dangling")))
	if err := CheckTree(filepath.Join(dir, "a")); err != nil {
		t.Errorf("with .git and a dangling link: %v", err)
	}
	outside := filepath.Join(t.TempDir(), "open")
	must(t, os.WriteFile(outside, nil, 0o644))
	must(t, os.Chmod(outside, 0o666))
	must(t, os.Symlink(outside, filepath.Join(dir, "a/b/link")))
	if err := CheckTree(filepath.Join(dir, "a")); err == nil || !strings.Contains(err.Error(), outside) {
		t.Errorf("with a link to an open file: %v", err)
	}
}

func TestOnlyMember(t *testing.T) {
	for groups, want := range map[string]bool{
		"": true, "me:x:1000:\n": true, "me:x:1000:me\n": true, "me:x:1000:you\n": false, "me:x:1000:me,you\n": false,
		"root:x:0:you\nme:x:1000:\n": true, "too:x:1000:you\nme:x:1000:\n": false, "me:x:1000\n": true,
	} {
		if got := onlyMember(strings.NewReader(groups), "1000", "me"); got != want {
			t.Errorf("%q: %v", groups, got)
		}
	}
	if PrivateGroup(another) {
		t.Error("another's group is private")
	}
}
