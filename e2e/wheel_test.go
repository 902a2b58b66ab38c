//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/e2e/harness"
)

// TestWheel turns the wheel over less in a terminal whose alternate screen turns it
// into arrows by itself (mode 1007), as those of the VTE family do.
func TestWheel(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "text")
	var text strings.Builder
	for i := range 200 {
		fmt.Fprintf(&text, "line %d\n", i)
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		command []string
	}{
		{"bare", []string{"less", file}},
		{"with gm", []string{racing, "--local", "--", "less", file}},
		{"with gm and a stock server", []string{racing, "--local", "--server=mosh-server", "--", "less", file}},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := slices.Concat(environment(t), []string{"LESS="})
			x := harness.NewXTerm(t, inXTerm(env, c.command), "alternateScroll: true")
			shows(t, "line 22", x)
			turned := 0
			harness.Until(t, "scrolled text", harness.Patience, func() bool {
				if turned%retyped == 0 {
					x.Run("mousemove", "60", "60", "click", "5")
				}
				turned++
				return !x.Screen().HasLine("line 0")
			}, nil)
		})
	}
}
