package payload

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// SourceHash returns a hash of the sources of servers in a module's directory: the names
// and contents of go.mod, go.sum and all Go files except tests.
func SourceHash(dir string) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && strings.HasPrefix(d.Name(), "."), d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir() || !isSource(d.Name()):
			return nil
		}
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", path, len(text))
		sum.Write(text)
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

func isSource(name string) bool {
	return name == "go.mod" || name == "go.sum" ||
		strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// OwnSources returns the directory of the running program, and reports whether its sources
// are there too, as after go build.
func OwnSources() (dir string, ok bool) {
	info, hasInfo := debug.ReadBuildInfo()
	program, err := os.Executable()
	if err != nil || !hasInfo {
		return "", false
	}
	dir = filepath.Dir(program)
	return dir, isModule(dir, info.Main.Path)
}
