package sshboot

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"

	"gm/sshboot/payload"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

const (
	programTries = 4 // programs, as in deploy
	scriptPlaces = 6 // of the script
)

// A host that rejects everything it is sent is given up after a limited number of
// attempts.
func TestHostsThatRejectEveryProgram(t *testing.T) {
	need := func(machine string) string { return "need cat - Linux " + machine }
	for name, c := range map[string]struct {
		say      func(attempt int) []string // lines; after "need" the program is read
		attempts int                        // that it gets
		programs int                        // that it gets
		want     string
	}{
		"bad at once":    {func(int) []string { return []string{"bad"} }, 1, 0, "was not sent"},
		"always bad":     {func(int) []string { return []string{need("aarch64"), "bad"} }, programTries + 1, programTries, "was not sent"},
		"bad, then none": {func(int) []string { return []string{need("aarch64"), "bad", "none Linux aarch64"} }, programTries + 1, programTries, "was not sent"},
		"always needy":   {func(int) []string { return []string{need("x86_64"), need("x86_64"), need("x86_64")} }, 1, 1, "repeatedly"},
		"of many kinds":  {func(i int) []string { return []string{need([]string{"x86_64", "aarch64", "s390x"}[i%3]), "bad"} }, 2, 1, "changed its platform"},
		"always short":   {func(i int) []string { return []string{need("x86_64"), fmt.Sprintf("short %c /dir", 'a'+i)} }, scriptPlaces + 1, scriptPlaces + 1, "did not arrive completely"},
		"short and bad": {func(i int) []string {
			return []string{need("x86_64"), []string{"bad", fmt.Sprintf("short %c /dir", 'a'+i)}[i%2]}
		}, 5, 3, "was not sent"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
			attempts, programs := 0, map[string]int{}
			s.Run = func(marker string, channel io.ReadWriter) {
				in := bufio.NewReader(channel)
				for _, line := range c.say(attempts) {
					fmt.Fprintln(channel, marker, line)
					if strings.HasPrefix(line, "need") {
						var hash string
						var size int64
						fmt.Fscanln(in, new(string), &hash, &size)
						if io.CopyN(io.Discard, in, size); size > 0 {
							programs[hash]++
						}
					}
				}
				attempts++
			}
			b := bootTo(t, s, &prompttest.ScriptedUser{})
			b.request.ServerCommand = ""
			var set payload.Set
			for i, p := range payload.Platforms() {
				set = append(set, scriptFor(t, p, sshboottest.FakeServer+strings.Repeat("#", i)))
			}
			b.binaries = having(set...)
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, c.want)
			sent := 0
			for _, n := range programs {
				sent += n
			}
			if attempts != c.attempts || sent != c.programs {
				t.Errorf("%d attempts, %d programs, want %d and %d", attempts, sent, c.attempts, c.programs)
			}
		})
	}
}
