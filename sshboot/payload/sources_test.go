package payload

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSourceHash(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	hash := func() string {
		t.Helper()
		h, err := SourceHash(dir)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	put("go.mod", "module gm\n")
	put("a/a.go", "package a\n")
	first := hash()
	for name, text := range map[string]string{
		"a/a_test.go": "package a\n", "README.md": "text", ".git/x.go": "package x\n", "a/testdata/t.go": "package t\n",
	} {
		t.Run(name, func(t *testing.T) {
			put(name, text)
			if hash() != first {
				t.Errorf("%s counts", name)
			}
		})
	}
	seen := map[string]string{first: "the first"}
	for _, change := range []struct{ name, text string }{
		{"a/a.go", "package a // changed\n"}, {"b/a.go", "package a\n"}, {"go.sum", "sum\n"}, {"go.mod", "module other\n"},
	} {
		t.Run(change.name, func(t *testing.T) {
			put(change.name, change.text)
			h := hash()
			if was, ok := seen[h]; ok {
				t.Errorf("%s: the same hash as after %s", change.name, was)
			}
			seen[h] = change.name
		})
	}
	if _, err := SourceHash(filepath.Join(dir, "none")); err == nil {
		t.Error("a directory that is not there has a hash")
	}
}
