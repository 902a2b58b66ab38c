package softaes

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

// publicNames are the identifiers that may occur in indices and conditions of the
// cipher: their values do not depend on the key or the text.
var publicNames = []string{"i", "j", "lane", "lanes", "round", "rounds", "BlockSize", "len", "w", "constant"}

// TestTimingIsIndependentOfSecrets checks each index, condition, multiplication and
// division of the cipher, the operations whose timing depends on their operands.
func TestTimingIsIndependentOfSecrets(t *testing.T) {
	seen := 0
	for _, name := range []string{"aes.go", "sbox.go"} {
		t.Run(name, func(t *testing.T) {
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				for _, e := range timingOperands(n) {
					seen++
					ast.Inspect(e, func(n ast.Node) bool {
						if id, ok := n.(*ast.Ident); ok && !slices.Contains(publicNames, id.Name) {
							t.Errorf("%s: timing depends on %s", files.Position(id.Pos()), id.Name)
						}
						return true
					})
				}
				return true
			})
		})
	}
	if seen < 100 {
		t.Errorf("only %d expressions", seen)
	}
}

// timingOperands returns the operands of a node whose values its timing depends on.
func timingOperands(n ast.Node) []ast.Expr {
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
