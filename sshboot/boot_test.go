package sshboot

import (
	"slices"
	"strings"
	"testing"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// The README lists exactly the programs that the script needs.
func TestReadmeNamesWhatAHostNeeds(t *testing.T) {
	text := strings.Join(strings.Fields(sshboottest.ReadFile(t, "../README.md")), " ")
	_, after, _ := strings.Cut(text, "the host needs `sshd`, `sh` and eight small programs of every Unix: ")
	sentence, _, _ := strings.Cut(after, ". ")
	names := strings.FieldsFunc(strings.ReplaceAll(sentence, "and", ""), func(c rune) bool { return strings.ContainsRune("`, ", c) })
	if !slices.Equal(names, sshboottest.Needed) || len(sshboottest.Needed) != 8 {
		t.Errorf("it names %q, the script needs %q", names, sshboottest.Needed)
	}
}

func TestBootRefusesBadRequests(t *testing.T) {
	for _, c := range []struct {
		request Request
		want    string
	}{
		{Request{Destination: "a b"}, "destination"},
		{Request{Destination: "host", SSHCommand: []string{"rsh"}}, "not ssh"},
		{Request{Destination: "host", SSHCommand: []string{"ssh", "-o", "Nonsense 1"}}, "nonsense"},
	} {
		t.Run(c.want, func(t *testing.T) {
			b := boot{request: c.request, env: testEnvironment(t.TempDir()), ask: &prompttest.ScriptedUser{}, binaries: having()}
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, c.want)
		})
	}
}
