//go:build unix

package server

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
)

// The page and the server contain the same messages about sessions, and each row names
// existing tests.
func TestSessionMessagesPage(t *testing.T) {
	page, err := os.ReadFile("../doc/messages.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## The sessions on the host\n")
	inCode, tests := sessionMessages(t), testNames(t)
	onPage := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(.+?)` \\| .*\\((Test[A-Za-z, ]+)\\) \\|$").FindAllStringSubmatch(section, -1) {
		onPage[row[1]] = true
		if !inCode[row[1]] {
			t.Errorf("the page has a message that is not in the code: %q", row[1])
		}
		for name := range strings.SplitSeq(row[2], ", ") {
			if !tests[name] {
				t.Errorf("%q: there is no test %q", row[1], name)
			}
		}
	}
	for message := range inCode {
		if !onPage[message] {
			t.Errorf("the page lacks the row\n| `%s` | cause (tests) |", message)
		}
	}
}

// sessionMessages returns the formats of the errors in the files about sessions, with an
// ellipsis for each verb.
func sessionMessages(t *testing.T) map[string]bool {
	t.Helper()
	messages := map[string]bool{}
	for _, name := range []string{"runverb.go", "relay.go", "enter.go", "seat.go", "sockets.go", "sessionoptions.go", "options.go", "sharedport.go", "port/reader.go"} {
		ast.Inspect(parsedFile(t, name), func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr: // fmt.Errorf, errors.New
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "Errorf" || f.Sel.Name == "New") && len(n.Args) > 0 {
					addMessage(messages, n.Args[0])
				}
			case *ast.CompositeLit: // refusal{text, hint}
				if id, ok := n.Type.(*ast.Ident); ok && id.Name == "refusal" {
					addMessage(messages, n.Elts[0])
				}
			case *ast.KeyValueExpr: // control.Response{Error: text}
				if id, ok := n.Key.(*ast.Ident); ok && id.Name == "Error" {
					addMessage(messages, n.Value)
				}
			}
			return true
		})
	}
	for _, other := range notOfSessions {
		delete(messages, other)
	}
	return messages
}

// notOfSessions are messages that mosh-server has too, or that nobody sees.
var notOfSessions = []string{"too many words", "bad number of colors …", "no UDP socket is left", "not a number of days", "bad request"}

func parsedFile(t *testing.T, path string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var formatVerb = regexp.MustCompile(`%[a-z]`)

// addMessage adds the message that e is, or formats.
func addMessage(messages map[string]bool, e ast.Expr) {
	if call, ok := e.(*ast.CallExpr); ok && len(call.Args) > 0 {
		e = call.Args[0]
	}
	if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
		text, _ := strconv.Unquote(l.Value)
		messages[formatVerb.ReplaceAllString(text, "…")] = true
	}
}

func testNames(t *testing.T) map[string]bool {
	t.Helper()
	paths, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	ofPort, err := filepath.Glob("port/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	paths = append(paths, ofPort...)
	tests := map[string]bool{}
	for _, path := range paths {
		for _, d := range parsedFile(t, path).Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				tests[f.Name.Name] = true
			}
		}
	}
	return tests
}
