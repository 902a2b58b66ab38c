//go:build e2e

package e2e

import (
	"slices"
	"strings"
	"syscall"
	"testing"

	"gm/e2e/harness"
)

// TestServerKilled kills the server of a session: the next list does not have it, its socket
// is gone, and entering it fails with the reason. Its client can leave.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	x := a.begin()
	x.Line("echo lo''st")
	x.ExpectLine("lost")
	s := a.expectState("attached", 1)
	signalPID(t, s.Pid, syscall.SIGKILL)
	harness.Until(t, "the server's end", harness.Patience, func() bool {
		return !slices.ContainsFunc(a.family.Processes(), func(p harness.Process) bool { return p.PID == s.Pid })
	}, nil)
	if s, ok := a.find(); ok {
		t.Errorf("listed as %+v", s)
	}
	for _, file := range a.files() {
		if !strings.HasSuffix(file, "/lock") {
			t.Errorf("%s is left", file)
		}
	}
	x.Expect("Last contact")
	x.Type("\x1e.")
	if status := x.ExpectEnd(harness.Patience); status != 1 {
		t.Errorf("the client's status is %d, want 1\n%s", status, harness.Frame(x.Screen()))
	}
	y := a.window("attach", "--local", a.name)
	status := y.ExpectEnd(harness.Patience)
	text := strings.ReplaceAll(y.Screen().String(), "\n", "")
	if status == 0 || !strings.Contains(text, `gm: session "`+a.name+`": there is no such session`) {
		t.Errorf("status %d\n%s", status, harness.Frame(y.Screen()))
	}
	a.family.ExpectNone(t, harness.Patience)
}
