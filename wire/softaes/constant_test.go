package softaes

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

// public are the names that an index or a condition of the cipher may have: none is
// of a value that depends on the key or the text.
var public = []string{"i", "j", "lane", "lanes", "round", "rounds", "BlockSize", "len", "w", "constant"}

// TestNothingDependsOnSecrets looks at each index, condition and multiplication of
// the cipher: those are what takes a time of its own.
func TestNothingDependsOnSecrets(t *testing.T) {
	seen := 0
	for _, name := range []string{"aes.go", "sbox.go"} {
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, e := range timed(n) {
				seen++
				ast.Inspect(e, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok && !slices.Contains(public, id.Name) {
						t.Errorf("%s: the time depends on %s", files.Position(id.Pos()), id.Name)
					}
					return true
				})
			}
			return true
		})
	}
	if seen < 100 {
		t.Errorf("only %d places", seen)
	}
}

// timed returns the expressions of a node whose values its time depends on.
func timed(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.IndexExpr:
		return []ast.Expr{n.Index}
	case *ast.SliceExpr:
		return slices.DeleteFunc([]ast.Expr{n.Low, n.High}, func(e ast.Expr) bool { return e == nil })
	case *ast.IfStmt:
		return []ast.Expr{n.Cond}
	case *ast.ForStmt:
		return []ast.Expr{n.Cond}
	case *ast.SwitchStmt:
		return []ast.Expr{n.Tag}
	case *ast.BinaryExpr:
		if slices.Contains([]token.Token{token.MUL, token.QUO, token.REM}, n.Op) {
			return []ast.Expr{n.X, n.Y}
		}
	}
	return nil
}
