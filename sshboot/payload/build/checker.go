package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"gm/sshboot/payload"
)

// checker finds errors in the program for a platform. It type-checks all sources including
// the standard library but does not generate code. That takes two seconds, compared to
// half a minute for compiling the libraries of a new platform.
type checker struct {
	positions *token.FileSet
	parsed    map[string]*ast.File // by path; most files belong to several platforms
}

func newChecker() *checker {
	return &checker{token.NewFileSet(), make(map[string]*ast.File)}
}

// listed is a package in the output of go list.
type listed struct {
	ImportPath, Dir   string
	GoFiles, CgoFiles []string
	ImportMap         map[string]string
	Module            struct{ Main bool }
}

func (c *checker) check(p payload.Platform, flags []string) error {
	packages, err := list(p, flags)
	if err != nil {
		return err
	}
	done := importer{"unsafe": types.Unsafe}
	for _, l := range packages {
		if l.ImportPath == "unsafe" {
			continue
		}
		if len(l.CgoFiles) > 0 {
			return fmt.Errorf("%s for %s needs cgo", l.ImportPath, p)
		}
		if done[l.ImportPath], err = c.checkPackage(l, p, done); err != nil {
			return fmt.Errorf("compile for %s: %w", p, err)
		}
	}
	return nil
}

func list(p payload.Platform, flags []string) (packages []listed, err error) {
	args := slices.Concat([]string{"list", "-deps", "-json=ImportPath,Dir,GoFiles,CgoFiles,ImportMap,Module"}, flags, []string{"."})
	cmd := exec.Command("go", args...)
	cmd.Env = slices.Concat(os.Environ(), []string{"GOFLAGS="}, p.Environ())
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the packages for %s: %w\n%s", p, err, complaints.Bytes())
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, l)
	}
}

// checkPackage checks a package, and the bodies of functions only in packages of this
// module.
func (c *checker) checkPackage(l listed, p payload.Platform, done importer) (*types.Package, error) {
	var files []*ast.File
	for _, name := range l.GoFiles {
		f, err := c.parse(filepath.Join(l.Dir, name))
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	config := types.Config{
		Importer:         renamed{done, l.ImportMap},
		Sizes:            types.SizesFor("gc", p.Arch),
		IgnoreFuncBodies: !l.Module.Main,
	}
	return config.Check(l.ImportPath, c.positions, files, nil)
}

func (c *checker) parse(path string) (*ast.File, error) {
	if f, ok := c.parsed[path]; ok {
		return f, nil
	}
	f, err := parser.ParseFile(c.positions, path, nil, parser.SkipObjectResolution)
	c.parsed[path] = f
	return f, err
}

// importer maps import paths to checked packages.
type importer map[string]*types.Package

func (i importer) Import(path string) (*types.Package, error) {
	if p, ok := i[path]; ok {
		return p, nil
	}
	return nil, fmt.Errorf("%s is not listed", path)
}

// renamed resolves the import paths of the packages that the standard library vendors.
type renamed struct {
	importer
	names map[string]string
}

func (r renamed) Import(path string) (*types.Package, error) {
	if name, ok := r.names[path]; ok {
		path = name
	}
	return r.importer.Import(path)
}
