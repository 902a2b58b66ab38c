package payload

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"gm/internal/fileowner"
)

// compiler returns a Compiler for a small module.
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
	if found, ok, _ := FindFile(here, []string{c.dir}); !ok || found.Hash != p.Hash {
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

// Sources that another account could change are not compiled.
func TestForeignSourcesAreRefused(t *testing.T) {
	const source = "package main\n\nimport _ \"small/inner\"\n\nfunc main() {}\n"
	for name, path := range map[string]string{
		"module": "module", "go.mod": "module/go.mod", "source": "module/main.go", "directory": "module/inner", "source of a package": "module/inner/inner.go",
		"file that may be embedded": "module/data/file", "parent": ".", "result": "gm/compiled", "its directory": "gm/compiled/0123",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{
				"module/go.mod": "module small\n\ngo 1.26\n", "module/main.go": source, "module/inner/inner.go": "package inner\n", "module/data/file": "", "gm/compiled/0123/x": "",
			} {
				writeTestFile(t, filepath.Join(dir, file), []byte(text))
			}
			changed := filepath.Join(dir, path)
			info, err := os.Stat(changed)
			if err == nil {
				err = os.Chmod(changed, info.Mode()|0o022)
			}
			if err != nil {
				t.Fatal(err)
			}
			c := Compiler{tool: "go", module: filepath.Join(dir, "module"), dir: filepath.Join(dir, "gm/compiled/0123")}
			_, err = c.Compile(t.Context(), Native())
			if wrong, ok := errors.AsType[*fileowner.Error](err); !ok || wrong.Path != changed {
				t.Errorf("compiled with %v", err)
			}
		})
	}
}

// A workspace in a parent directory, in which anyone could create files, is ignored.
func TestForeignWorkspacesAreIgnored(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, filepath.Join(dir, "module/go.mod"), []byte("module small\n\ngo 1.26\n"))
	writeTestFile(t, filepath.Join(dir, "module/main.go"), []byte("package main\n\nfunc main() {}\n"))
	writeTestFile(t, filepath.Join(dir, "go.work"), []byte("nonsense\n"))
	c := Compiler{tool: "go", module: filepath.Join(dir, "module"), dir: filepath.Join(dir, "gm/compiled/0123")}
	if _, err := c.Compile(t.Context(), Native()); err != nil {
		t.Error(err)
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
