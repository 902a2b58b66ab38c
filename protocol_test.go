package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func protocolPage(t *testing.T) string { return read(t, "doc/protocol.md") }

var (
	sectionHeading  = regexp.MustCompile(`(?m)^#{2,3} ([0-9]+(?:\.[0-9]+)?)\.? `)
	sectionCitation = regexp.MustCompile(`[Pp]rotocol(?:\.md)?,[\s/*]*sections? ([0-9]+(?:\.[0-9]+)?(?:(?:, | and |, and )[0-9]+(?:\.[0-9]+)?)*)`)
	sectionNumber   = regexp.MustCompile(`[0-9]+(?:\.[0-9]+)?`)
)

// TestProtocolSectionsExist checks every citation "protocol, section N" in the sources.
func TestProtocolSectionsExist(t *testing.T) {
	sections := map[string]bool{}
	for _, m := range sectionHeading.FindAllStringSubmatch(protocolPage(t), -1) {
		sections[m[1]] = true
	}
	citations := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range sectionCitation.FindAllSubmatch(source, -1) {
			for _, n := range sectionNumber.FindAllString(string(m[1]), -1) {
				citations++
				if !sections[n] {
					t.Errorf("%s cites protocol, section %s, which does not exist", path, n)
				}
			}
		}
		return err
	})
	if err != nil || citations < 20 {
		t.Errorf("%d citations, %v", citations, err)
	}
}

var (
	protoField = regexp.MustCompile(`(\w+) +(\w+) += ([0-9]+);`)
	protoKind  = regexp.MustCompile(`message (\w+) \{ +// field ([0-9]+) of`)
)

// TestProtocolSectionsNameExtensions checks that the page documents every extension and
// every message field in wire and wire/state, with its number.
func TestProtocolSectionsNameExtensions(t *testing.T) {
	page := protocolPage(t)
	for _, name := range extensionNames(t) {
		if !regexp.MustCompile(`(?m)^### 11\.[0-9]+ ` + name + `$`).MatchString(page) {
			t.Errorf("extension %q has no section", name)
		}
	}
	documented := map[string][]string{} // names by number
	add := func(number, name string) {
		documented[number] = append(documented[number], strings.ToLower(strings.ReplaceAll(name, "_", "")))
	}
	for _, m := range protoField.FindAllStringSubmatch(page, -1) {
		add(m[3], m[2])
	}
	for _, m := range protoKind.FindAllStringSubmatch(page, -1) {
		add(m[2], m[1])
	}
	fields := 0
	for _, dir := range []string{"wire", "wire/state"} {
		for name, number := range numericConstants(t, dir, "protowire.Number") {
			name = strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(name, "field"), "kind"))
			fields++
			if !slices.ContainsFunc(documented[number], func(d string) bool { return strings.Contains(d, name) || strings.HasSuffix(name, d) }) {
				t.Errorf("%s: field %s with number %s is not documented", dir, name, number)
			}
		}
	}
	if fields < 40 {
		t.Errorf("only %d fields found", fields)
	}
}

// extensionNames returns the names of the extensions in wire/state.
func extensionNames(t *testing.T) (names []string) {
	t.Helper()
	source := read(t, "wire/state/extension.go")
	list := regexp.MustCompile(`extensionNames = \[\.\.\.\]string\{(.*)\}`).FindStringSubmatch(source)
	if list == nil {
		t.Fatal("no list of extensions")
	}
	for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(list[1], -1) {
		names = append(names, m[1])
	}
	return names
}

// numericConstants returns the constants of a type in a package, with their values.
func numericConstants(t *testing.T, dir, typ string) map[string]string {
	found := map[string]string{}
	forEachConst(t, dir, func(spec *ast.ValueSpec, _ int) {
		if selector, ok := spec.Type.(*ast.SelectorExpr); ok && fmt.Sprintf("%s.%s", selector.X, selector.Sel) == typ {
			if value, ok := spec.Values[0].(*ast.BasicLit); ok {
				found[spec.Names[0].Name] = value.Value
			}
		}
	})
	return found
}

// forEachConst calls do for each constant of a package, with its index in its group.
func forEachConst(t *testing.T, dir string, do func(spec *ast.ValueSpec, index int)) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no sources in %s: %v", dir, err)
	}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if group, ok := decl.(*ast.GenDecl); ok && group.Tok == token.CONST {
				for i, spec := range group.Specs {
					do(spec.(*ast.ValueSpec), i)
				}
			}
		}
	}
}

// TestProtocolSectionsListBits checks the tables of bits and indices against the
// groups of constants in the sources.
func TestProtocolSectionsListBits(t *testing.T) {
	page := protocolPage(t)
	groups := []struct{ dir, first, end string }{
		{"wire/state", "DisciplineKnown", ""},
		{"wire/state", "CharErase", "controlChars"},
		{"vt", "FeatureColor", ""},
		{"vt", "WidthsKnown", ""},
	}
	for _, g := range groups {
		t.Run(g.first, func(t *testing.T) {
			inside, rows := false, 0
			forEachConst(t, g.dir, func(spec *ast.ValueSpec, i int) {
				name := spec.Names[0].Name
				if i == 0 {
					inside = name == g.first
				}
				if !inside || name == g.end {
					return
				}
				rows++
				if row := fmt.Sprintf("| %d | %s |", i, name); !strings.Contains(page, row) {
					t.Errorf("the page lacks the row %q", row)
				}
			})
			if rows < 8 {
				t.Errorf("only %d constants", rows)
			}
		})
	}
}
