//go:build e2e

package manual

import (
	"os/exec"
	"strings"
	"testing"
)

func TestPagesPassMandoc(t *testing.T) {
	for _, name := range []string{"man", "man mosh", "man mosh-client", "man mosh-server"} {
		text, ok := Topic(name)
		if !ok {
			t.Fatalf("gm help %s: no such page", name)
		}
		if out := filter(t, text, "mandoc", "-T", "lint"); out != "" {
			t.Errorf("gm help %s: %s", name, out)
		}
		if read := filter(t, text, "mandoc", "-T", "utf8"); strings.ContainsAny(read, "`") || strings.Contains(read, ".BR") || len(read) < 600 {
			t.Errorf("gm help %s as text:\n%s", name, read)
		}
	}
	if _, ok := Topic("man moth"); ok {
		t.Error("a page for an unknown program")
	}
}

// TestCompletionSyntax passes each script to its shell; the tests in e2e complete.
func TestCompletionSyntax(t *testing.T) {
	for shell, script := range map[string]string{"bash": completeBash(), "zsh": completeZsh(), "fish": completeFish()} {
		if out := filter(t, script, shell, "-n"); out != "" {
			t.Errorf("%s: %s", shell, out)
		}
		if strings.Contains(script, "@TOPICS@") || strings.Contains(script, "@SPECS@") || !strings.Contains(script, "prefer-inet6") {
			t.Errorf("%s: a mark is not replaced, or options are missing", shell)
		}
	}
}

// filter returns the output of a program for text as its input, whatever its status.
func filter(t *testing.T, text, program string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Stdin = strings.NewReader(text)
	out, _ := cmd.CombinedOutput()
	return string(out)
}
