package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// edges are the functions of the client's side that hold what writes to the user's
// terminal, with what keeps text of others out of it.
var edges = map[string]string{
	"client/report.go stdout":                           "cleans",
	"client/report.go stderr":                           "cleans",
	"client/doctor.go askTerminal":                      "queries",
	"client/doctor.go doctorPrinter":                    "the report: its texts are clean",
	"client/tty.go openTTY":                             "the session: what a frame paints",
	"client/stdio.go chooseStdio":                       "whether it is a terminal",
	"client/exit.go raise":                              "a newline",
	"client/sshexec/run.go Standard":                    "the streams of a program without a session, as ssh has them",
	"client/gmssh/main.go Main":                         "cleans",
	"client/gmssh/main.go openLog":                      "the file of -E",
	"client/gmssh/platform_unix.go inBackground":        "the streams of this program in the background",
	"client/gmssh/share.go shareWith":                   "the streams of this program, for the master",
	"client/gmssh/platform_unix.go leaveForeground":     "a pipe",
	"client/controlsocket/files_unix.go receiveFile":    "the streams of a client's program",
	"client/address/watch_linux.go openEvents":          "a socket",
	"client/address/watch_bsd.go openEvents":            "a socket",
	"client/child_other.go runChild":                    "the streams of the program that --client names",
	"internal/subprocess/subprocess.go Stderr":          "cleans",
	"sshboot/prompt/terminal.go NewTerminal":            "notice cleans",
	"sshboot/prompt/terminal_unix.go openTerminal":      "ask cleans",
	"sshboot/prompt/terminal_windows.go openTerminal":   "ask cleans",
	"sshboot/prompt/status.go errorWidth":               "the size of the terminal",
	"sshboot/prompt/status.go IsVisible":                "whether it is a terminal",
	"sshboot/sshclient/proxyfdpass_unix.go socketPair":  "a socket",
	"sshboot/sshclient/proxyfdpass_unix.go passedFiles": "what is no socket is closed",
}

// TestTextHasFewWaysToTheUser keeps the terminal out of reach of all functions but
// the edges, so that no error, notice or prompt can go past the cleaning.
func TestTextHasFewWaysToTheUser(t *testing.T) {
	found := map[string]bool{}
	for _, folder := range []string{"client", "internal/subprocess", "sshboot"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				if err == nil && (path == "sshboot/sshboottest" || path == "sshboot/payload/build") {
					err = filepath.SkipDir // programs for tests and releases
				}
				return err
			}
			if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				for _, function := range writersIn(t, path) {
					found[path+" "+function] = true
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for edge := range maps.Keys(found) {
		if edges[edge] == "" {
			t.Errorf("%s writes to the terminal by itself", edge)
		}
	}
	for edge := range maps.Keys(edges) {
		if !found[edge] {
			t.Errorf("%s does not write any more", edge)
		}
	}
}

// ways are the names by which the standard library writes to the terminal.
var ways = []string{"os.Stdout", "os.Stderr", "os.NewFile", "fmt.Print", "fmt.Printf", "fmt.Println", "print", "println"}

// writersIn returns the names of the functions of a file that have a way to the
// terminal.
func writersIn(t *testing.T, path string) (functions []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range file.Imports {
		if i.Path.Value == `"log"` {
			functions = append(functions, "imports log")
		}
	}
	for _, declaration := range file.Decls {
		name := "variable"
		if f, ok := declaration.(*ast.FuncDecl); ok {
			name = f.Name.Name
		}
		ast.Inspect(declaration, func(n ast.Node) bool {
			if isWay(n) && !slices.Contains(functions, name) {
				functions = append(functions, name)
			}
			return true
		})
	}
	return functions
}

func isWay(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok {
			return slices.Contains(ways, x.Name+"."+n.Sel.Name)
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok {
			return slices.Contains(ways, f.Name)
		}
	case *ast.BasicLit:
		return n.Value == `"/dev/tty"` || n.Value == `"CONOUT$"`
	}
	return false
}
