package doctor

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gm/client/probe"
)

// assigned finds the cause in an assignment of several fields.
var assigned = regexp.MustCompile(`s\.(?:Name|State), s\.Cause[^=]*= [^,]+, ("[a-z-]+")|s\.Cause[^=:]*= ("[a-z-]+")|Cause: +("[a-z-]+")|failed\(\w+, "[^"]+", ("[a-z-]+")`)

// causesInCode returns the words of this package and of package probe.
func causesInCode(t *testing.T) map[string]bool {
	t.Helper()
	causes := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, match := range assigned.FindAllStringSubmatch(string(text), -1) {
			for _, quoted := range match[1:] {
				if word, err := strconv.Unquote(quoted); err == nil {
					causes[word] = true
				}
			}
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../probe/findings.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			if name, ok := v.Type.(*ast.Ident); ok && name.Name == "Cause" {
				word, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
				causes[word] = probe.Cause(word) != probe.OK
			}
		}
		return true
	})
	delete(causes, string(probe.OK))
	return causes
}

// doc/doctor.md has all causes, and no others.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../doc/doctor.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(page), "| Where | Causes |")
	if !found {
		t.Fatal("the page has no table of causes")
	}
	causes := causesInCode(t)
	onPage := map[string]bool{}
	for _, match := range regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(table, -1) {
		onPage[match[1]] = true
		if !causes[match[1]] {
			t.Errorf("the page has %q, which is no cause", match[1])
		}
	}
	for cause := range causes {
		if !onPage[cause] {
			t.Errorf("the page lacks %q", cause)
		}
	}
}
