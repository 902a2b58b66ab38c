package payload

import (
	"os"
	"path/filepath"
	"testing"
)

// compiler is one of a small module's.
func compiler(t *testing.T, source string) Compiler {
	t.Helper()
	module := t.TempDir()
	writeTestFile(t, filepath.Join(module, "go.mod"), []byte("module small\n\ngo 1.26\n"))
	writeTestFile(t, filepath.Join(module, "main.go"), []byte(source))
	return Compiler{tool: "go", module: module, dir: filepath.Join(t.TempDir(), "gm", "compiled", "0123")}
}

func TestCompile(t *testing.T) {
	c := compiler(t, "//go:build gmserver\n\npackage main\n\nfunc main() { println(1) }\n")
	old := filepath.Join(filepath.Dir(c.dir), "of another version")
	writeTestFile(t, filepath.Join(old, "gmserver-linux-amd64"), nil)
	here := Native()
	p, err := c.Compile(t.Context(), here)
	if err != nil || p.Platform != here || p.Size < 100_000 {
		t.Fatalf("compiled %+v, %v", p, err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("what another version compiled is still there")
	}
	if found, ok := FindFile(here, []string{c.dir}); !ok || found.Hash != p.Hash {
		t.Errorf("it is not kept: %+v", found)
	}
	if rest, _ := os.ReadDir(c.dir); len(rest) != 1 {
		t.Errorf("in the directory are %v", rest)
	}
}

func TestCompileFails(t *testing.T) {
	c := compiler(t, "package main\n\nfunc main() { nonsense }\n")
	if p, err := c.Compile(t.Context(), Native()); err == nil {
		t.Errorf("compiled %+v", p)
	}
	if rest, _ := os.ReadDir(c.dir); len(rest) != 0 {
		t.Errorf("left behind: %v", rest)
	}
}

func TestIsModule(t *testing.T) {
	dir := t.TempDir()
	if isModule(dir, "gm") {
		t.Error("an empty directory is a module")
	}
	writeTestFile(t, filepath.Join(dir, "go.mod"), []byte("module gm\n\ngo 1.26\n"))
	if !isModule(dir, "gm") || isModule(dir, "g") || isModule(dir, "other") {
		t.Error("the module's name is not read")
	}
}
