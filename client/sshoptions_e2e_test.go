//go:build e2e

package client

import (
	"os/exec"
	"strings"
	"testing"
)

// Every option of ssh is an option of gm too, or has an error with a hint.
func TestEverySSHOptionIsExplained(t *testing.T) {
	usage, _ := exec.Command("ssh").CombinedOutput() // usage: ssh [-46AaCf...] [-B bind_interface] ...
	letters := ""
	for group := range strings.SplitSeq(string(usage), "[-") {
		word, _, _ := strings.Cut(strings.TrimRight(group, " \n\t"), "]")
		flags, _, _ := strings.Cut(word, " ")
		if !strings.HasPrefix(flags, "usage") {
			letters += flags
		}
	}
	if len(letters) < 40 {
		t.Fatalf("options of ssh: %q", letters)
	}
	for _, letter := range letters + "12Pk" {
		word := "-" + string(letter)
		o, err := readOptions(programGM, []string{word, "60001", "host"})
		switch {
		case err == nil:
			if !strings.ContainsRune("46anvFJilpoTADLRNXYx", letter) {
				t.Errorf("%s is accepted: %+v", word, o)
			}
		case strings.Contains(err.Error(), "unknown"), strings.Contains(err.Error(), "flag"), !strings.HasPrefix(err.Error(), "option "+word+": "), hintOf(err) == "":
			t.Errorf("%s: %v, hint %q", word, err, hintOf(err))
		}
	}
}
