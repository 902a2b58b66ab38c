package sshboot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// messagesPage lists the messages of a login with their causes and tests.
const messagesPage = "../doc/messages.md"

// The page and the code contain the same messages, and each row names existing tests.
func TestMessagesPage(t *testing.T) {
	inCode, tests := map[string]string{}, map[string]bool{}
	for path, file := range parsedFiles(t) {
		if strings.HasSuffix(path, "_test.go") {
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok {
					tests[f.Name.Name] = true
				}
			}
			continue
		}
		for _, message := range messagesIn(file) {
			inCode[message] = path
		}
	}
	onPage := map[string]bool{}
	for line := range strings.Lines(sshboottest.ReadFile(t, messagesPage)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 3 || !strings.HasPrefix(cells[0], "| `") {
			continue
		}
		message := strings.Trim(cells[0], "| `")
		onPage[message] = true
		if inCode[message] == "" {
			t.Errorf("the page has a message that is not in the code: %q", message)
		}
		for _, name := range strings.Split(strings.TrimSuffix(cells[2], " |"), ", ") {
			if !tests[name] {
				t.Errorf("%q: there is no test %q", message, name)
			}
		}
	}
	for message, path := range inCode {
		if !onPage[message] {
			t.Errorf("%s: the page lacks the row\n| `%s` | cause | tests |", path, message)
		}
	}
}

// parsedFiles returns the files of the packages of a login.
func parsedFiles(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	for _, room := range []string{".", "deploy", "prompt", "sshclient", "sshconfig", "sshkey", "../internal/subprocess"} {
		paths, err := filepath.Glob(room + "/*.go")
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", room, err)
		}
		for _, path := range paths {
			if files[path], err = parser.ParseFile(token.NewFileSet(), path, nil, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	return files
}

// messagesIn returns the formats of the messages in a file: the errors of each
// [hint.Error], even if they were assigned to a variable before, those of an opensshError, and
// notices, which begin with "gm: ".
func messagesIn(file *ast.File) (messages []string) {
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		wrapped := map[string]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			if c, ok := n.(*ast.CompositeLit); ok && isHintError(c.Type) {
				for _, e := range c.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok && isIdent(kv.Key, "Err") {
						if id, ok := kv.Value.(*ast.Ident); ok {
							wrapped[id.Name] = true
						}
						messages = append(messages, formatsIn(kv.Value)...)
					}
				}
			}
			return true
		})
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if id, ok := n.Lhs[0].(*ast.Ident); ok && wrapped[id.Name] {
					messages = append(messages, formatsIn(n.Rhs[0])...)
				}
			case *ast.CompositeLit:
				if isIdent(n.Type, "opensshError") {
					messages = append(messages, formatsIn(n.Elts[0])...)
				}
			case *ast.BasicLit:
				if text, ok := literal(n); ok && strings.HasPrefix(text, "gm: ") {
					messages = append(messages, plainMessage(text))
				}
			}
			return true
		})
	}
	return messages
}

// formatsIn returns the first argument of a call of fmt.Errorf or errors.New.
func formatsIn(n ast.Node) (formats []string) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return nil
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != "Errorf" && f.Sel.Name != "New" {
		return nil
	}
	if text, ok := literal(call.Args[0]); ok {
		return []string{plainMessage(text)}
	}
	return nil
}

func literal(n ast.Node) (string, bool) {
	l, ok := n.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// isHintError reports whether a type is [hint.Error].
func isHintError(n ast.Node) bool {
	s, ok := n.(*ast.SelectorExpr)
	return ok && isIdent(s.X, "hint") && s.Sel.Name == "Error"
}

func isIdent(n ast.Node, name string) bool {
	id, ok := n.(*ast.Ident)
	return ok && id.Name == name
}

var (
	verb      = regexp.MustCompile(`%[0-9]*[a-zA-Z]`)
	gapsInRow = regexp.MustCompile(`…(…)+`)
)

// plainMessage returns a format in which each verb is replaced by an ellipsis.
func plainMessage(format string) string {
	text := gapsInRow.ReplaceAllString(verb.ReplaceAllString(format, "…"), "…")
	return strings.TrimSpace(strings.ReplaceAll(text, "%%", "%"))
}
