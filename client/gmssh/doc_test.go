package gmssh

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gm/client/sshline"
)

// The table of doc/ssh.md has a row for each option, in the order of the alphabet, and calls
// refused those that the program refuses.
func TestEveryOptionHasARow(t *testing.T) {
	text, err := os.ReadFile("../../doc/ssh.md")
	if err != nil {
		t.Fatal(err)
	}
	var options, rows []string
	for _, letter := range strings.ReplaceAll(sshline.Options, ":", "") {
		options = append(options, string(letter))
	}
	for _, m := range regexp.MustCompile(`(?m)^\| -(.) \| (\w+) \| (.*)\|$`).FindAllStringSubmatch(string(text), -1) {
		letter, kind, how := m[1], m[2], strings.TrimSpace(m[3])
		rows = append(rows, letter)
		if !slices.Contains([]string{"same", "differs", "refused"}, kind) || kind != "same" && how == "" {
			t.Errorf("-%s: %q %q", letter, kind, how)
		}
		_, isRefused := refusedOptions[letter[0]]
		_, isWarned := warnedOptions[letter[0]]
		if refused := isRefused || isWarned; refused != (kind == "refused") {
			t.Errorf("-%s is %s in the table; the program refuses it: %v", letter, kind, refused)
		}
		if isWarned != strings.HasPrefix(how, "a warning: ") {
			t.Errorf("-%s: %q; the program warns: %v", letter, how, isWarned)
		}
	}
	slices.Sort(options)
	sorted := slices.Sorted(slices.Values(rows))
	if !slices.Equal(sorted, options) {
		t.Errorf("rows %q, options %q", sorted, options)
	}
}

// The usage names every option but the two for versions of the protocol.
func TestUsageNamesEveryOption(t *testing.T) {
	named := ""
	for _, m := range regexp.MustCompile(`\[-(\w+)`).FindAllStringSubmatch(sshline.Usage, -1) {
		named += m[1]
	}
	for _, letter := range strings.ReplaceAll(sshline.Options, ":", "") {
		if strings.ContainsRune(named, letter) == (letter == '1' || letter == '2') {
			t.Errorf("-%c in the usage: %v", letter, strings.ContainsRune(named, letter))
		}
	}
}
