package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRenameImports(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.go")
	const before = "package a\n\nimport (\n\t\"gm\"\n\tx \"gm/b\" // gm/b\n\t\"gmother/c\"\n)\n\nvar path = \"gm/b\"\n"
	const after = "package a\n\nimport (\n\t\"example.org/you/gm\"\n\tx \"example.org/you/gm/b\" // gm/b\n\t\"gmother/c\"\n)\n\nvar path = \"gm/b\"\n"
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(file, before)
	write(filepath.Join(dir, "go.mod"), "module gm\n\ngo 1.26\n")
	for _, bad := range []string{"", "gm gm", "/gm", "gm/", "gm\n"} {
		if err := rename(dir, bad); err == nil {
			t.Errorf("renamed to %q", bad)
		}
	}
	if err := rename(dir, "example.org/you/gm"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{file: after, filepath.Join(dir, "go.mod"): "module example.org/you/gm\n\ngo 1.26\n"} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%v, %s:\n%s\nwant\n%s", err, path, got, want)
		}
	}
}
