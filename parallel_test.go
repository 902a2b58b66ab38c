package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// alone are the tests of e2e beside which no others run, and why.
var alone = map[string]string{
	"TestAttachTime":                      "compares times",
	"TestPredictionOfTraces":              "types as fast as a user did",
	"TestPairs":                           "floods mosh-server, which needs a processor",
	"TestResizeInEmulators":               "several emulators draw at once",
	"TestScrollbackOfResizedWindows":      "several emulators draw at once",
	"TestScrollbackOfOutputWhileResizing": "several emulators draw at once",
	"TestScrollbackOfFullScreenPrograms":  "xterm loses lines if it is slow",
}

// TestE2ESideBySide holds that the tests of e2e, which mostly wait, call t.Parallel first.
func TestE2ESideBySide(t *testing.T) {
	files, err := filepath.Glob("e2e/*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	found := 0
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "Test") || f.Name.Name == "TestMain" || callsParallel(f.Body) {
				continue
			}
			if alone[f.Name.Name] == "" {
				t.Errorf("%s: %s does not begin with t.Parallel()", path, f.Name.Name)
			}
			found++
		}
	}
	if found < len(alone) {
		t.Errorf("%d tests run alone, %d are listed", found, len(alone))
	}
}

// callsParallel reports whether body begins with t.Parallel, or consists of a call of another
// test, such as testIdleSession.
func callsParallel(body *ast.BlockStmt) bool {
	statement, ok := body.List[0].(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := statement.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name == "Parallel"
	case *ast.Ident:
		return len(body.List) == 1 && strings.HasPrefix(f.Name, "test")
	}
	return false
}
