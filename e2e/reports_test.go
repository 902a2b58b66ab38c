//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/term"

	"gm/e2e/harness"
	"gm/vt"
)

// askWord makes the test's own program ask its terminal.
const askWord = "ask"

// userQueries are what depends on the user's terminal alone.
func userQueries() (queries []string) {
	queries = []string{"\x1b[?u", "\x1b[?4m\x1b[m", "\x1b[?996n", "\x1b[14t", "\x1b[15t", "\x1b[16t"}
	for _, n := range vt.UserModes() {
		queries = append(queries, fmt.Sprintf("\x1b[?%d$p", n))
	}
	for _, n := range []int{10, 11, 12, 17, 19} {
		queries = append(queries, fmt.Sprintf("\x1b]%d;?\a", n))
	}
	for _, n := range []int{0, 1, 15, 67, 250} {
		queries = append(queries, fmt.Sprintf("\x1b]4;%d;?\a", n))
	}
	return queries
}

// ask sends each query with DA1 behind it and writes the replies to a file.
func ask(file string) error {
	state, err := term.MakeRaw(0)
	if err != nil {
		return err
	}
	defer term.Restore(0, state)
	replies := map[string]string{}
	fmt.Print("\x1b[5n") // a program that was killed may have replies still to come
	if _, err := readUntil(regexp.MustCompile(`\x1b\[0n$`)); err != nil {
		return err
	}
	for _, query := range userQueries() {
		fmt.Print(query + "\x1b[c")
		reply, err := readUntil(primary)
		if err != nil {
			return err
		}
		replies[query] = primary.ReplaceAllString(reply, "")
	}
	text, err := json.Marshal(replies)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// readUntil reads standard input up to a match.
func readUntil(end *regexp.Regexp) (text string, err error) {
	for b := make([]byte, 1); !end.MatchString(text); text += string(b) {
		if _, err := os.Stdin.Read(b); err != nil {
			return "", err
		}
	}
	return text, nil
}

// primary is the reply to DA1.
var primary = regexp.MustCompile(`\x1b\[\?[0-9;]*c$`)

// notRecognized is the reply of DECRQM for an unknown mode. A terminal without DECRQM
// does not reply.
var notRecognized = regexp.MustCompile(`^\x1b\[\?[0-9]+;0\$y$`)

// TestReportsAreTheTerminals asks a terminal with gm in between and without, from
// the first moment on: the same is known of it.
func TestReportsAreTheTerminals(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range append(slices.Clone(emulators), screens) {
		t.Run(e.name, func(t *testing.T) {
			dir := t.TempDir()
			replies := func(name string, command ...string) (got map[string]string) {
				file := filepath.Join(dir, name)
				e.start(t, environment(t), append(command, self, askWord, file)...)
				harness.Until(t, "replies "+name, harness.Patience, func() bool {
					text, err := os.ReadFile(file)
					return err == nil && json.Unmarshal(text, &got) == nil
				}, nil)
				return got
			}
			bare := replies("bare")
			with := replies("with", racing, "--local", "--")
			for query, want := range bare {
				got := strings.ReplaceAll(with[query], "\a", "\x1b\\")
				want = strings.ReplaceAll(want, "\a", "\x1b\\")
				if got != want && !(want == "" && notRecognized.MatchString(got)) {
					t.Errorf("%q: %q with gm, %q without", query, got, want)
				}
			}
		})
	}
}
