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
	checkAll(t, map[string]checkCase{
		"safe":                {chmod("a", 0o755), "", "", ""},
		"closed":              {chmod("a/b/file", 0o400), "", "", ""},
		"open file":           {chmod("a/b/file", 0o666), "a/b/file", "mode 0666", "chmod go-w "},
		"file open to others": {chmod("a/b/file", 0o642), "a/b/file", "mode 0642", "chmod go-w "},
		"sticky file":         {chmod("a/b/file", 0o666|fs.ModeSticky), "a/b/file", "mode 1666", "chmod go-w "},
		"open directory":      {chmod("a/b", 0o777), "a/b", "mode 0777", "chmod go-w "},
		"open parent":         {chmod("a", 0o777), "a", "mode 0777", "chmod go-w "},
		"sticky parent":       {chmod("a", 0o777|fs.ModeSticky), "", "", ""},
	})
}

// checkCase is a change to the files of ground, and the error that Check returns then.
type checkCase struct {
	change func(dir string) error
	path   string // of the error; empty for none
	why    string
	mend   string
}

func chmod(path string, mode fs.FileMode) func(string) error {
	return func(dir string) error { return os.Chmod(filepath.Join(dir, path), mode) }
}

// checkAll checks a file through its own path, a link and its tree after each change.
func checkAll(t *testing.T, cases map[string]checkCase) {
	for name, c := range cases {
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
