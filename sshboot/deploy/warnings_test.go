package deploy

import (
	"strings"
	"testing"
)

// A warning of the server's is kept for the user; what else a host prints is
// not.
func TestServerWarns(t *testing.T) {
	s := newStarter()
	in := "gm: warning: forged\nMARK run\nlog\n" + strings.Repeat("gm: warning: it \x1b ends\n", 2*maxWarnings) + connectLine + "\n"
	if err := s.readLines(t.Context(), strings.NewReader(in), &sink{}); err != nil {
		t.Fatal(err)
	}
	if got := s.result.Warnings; len(got) != maxWarnings || got[0] != "gm: warning: it ? ends" {
		t.Errorf("warnings %q", got)
	}
}
