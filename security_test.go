package main

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSecurityClaims checks that each test that SECURITY.md names is there.
func TestSecurityClaims(t *testing.T) {
	text, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("git", "grep", "-hoE", "--untracked", "^func (Test|Fuzz)[A-Za-z]+", "--", "*_test.go").Output()
	if err != nil {
		t.Fatalf("git grep: %v", err)
	}
	tests := strings.Split(strings.ReplaceAll(string(out), "func ", ""), "\n")
	named := regexp.MustCompile(`\b(Test|Fuzz)[A-Z][A-Za-z]+`).FindAllString(string(text), -1)
	if len(named) < 20 {
		t.Fatalf("SECURITY.md names %d tests", len(named))
	}
	for _, name := range named {
		if !slices.Contains(tests, name) {
			t.Errorf("SECURITY.md names %s, which is not there", name)
		}
	}
}
