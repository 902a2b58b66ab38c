package deploy

import (
	"strings"
	"testing"
)

// Warnings of the server are kept for the user, other output is not.
func TestWarningsOfTheServer(t *testing.T) {
	s := newStarter()
	in := "gm: warning: forged\nMARK run\nlog\n" + strings.Repeat("gm: warning: it \x1b ends\n", 2*maxWarnings) + connectLine + "\n"
	if _, err := s.readLines(t.Context(), strings.NewReader(in), &sink{}); err != nil {
		t.Fatal(err)
	}
	if got := s.result.Warnings; len(got) != maxWarnings || got[0] != "gm: warning: it ? ends" {
		t.Errorf("warnings %q", got)
	}
}
