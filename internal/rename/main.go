// Command rename changes the path of the module in the current directory: in go.mod and
// in every import of its own packages. Nothing else in the tree contains it.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: make rename MODULE=example.org/you/gm")
		os.Exit(2)
	}
	if err := rename(".", os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "rename:", err)
		os.Exit(1)
	}
}

var (
	moduleLine = regexp.MustCompile(`(?m)^module (\S+)$`)
	modulePath = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~/-]*[A-Za-z0-9]$`) // as go.mod requires
)

func rename(dir, to string) error {
	if !modulePath.MatchString(to) {
		return fmt.Errorf("%q is not a module path, such as example.org/you/gm", to)
	}
	gomod := filepath.Join(dir, "go.mod")
	text, err := os.ReadFile(gomod)
	if err != nil {
		return err
	}
	m := moduleLine.FindSubmatch(text)
	if m == nil {
		return errors.New("go.mod has no module line")
	}
	from := string(m[1])
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		return renameImports(path, from, to)
	})
	if err != nil {
		return err
	}
	return os.WriteFile(gomod, bytes.Replace(text, m[0], []byte("module "+to), 1), 0o644)
}

func renameImports(path, from, to string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return err
	}
	changed := bytes.Clone(text)
	for _, spec := range slices.Backward(file.Imports) {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if rest, ok := strings.CutPrefix(imported, from); ok && (rest == "" || rest[0] == '/') {
			start := fset.Position(spec.Path.Pos()).Offset
			changed = slices.Replace(changed, start, start+len(spec.Path.Value), []byte(strconv.Quote(to+rest))...)
		}
	}
	if bytes.Equal(changed, text) {
		return nil
	}
	if changed, err = format.Source(changed); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, changed, 0o644)
}
