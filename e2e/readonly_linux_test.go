//go:build e2e

package e2e

import (
	"os"
	"testing"

	"gm/e2e/harness"
)

// TestReadOnly watches a session from a window of another size: the keys and the size of
// the viewer have no effect, its escape key leaves the session alone, and the screen
// follows.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	s := newSharers(t, [3][2]int{{80, 24}, {60, 20}, {100, 30}})
	viewer := s.windowOf(50, 15, "attach", "--local", "--read-only", s.name)
	s.expectState("attached", 4)
	s.windows[0].Type("a")
	viewer.ExpectLine("24 80")
	viewer.ExpectLine("a")
	viewer.Type("never")
	viewer.Resize(55, 18)
	viewer.Type("never")
	s.windows[0].Type("b")
	viewer.ExpectLine("ab")
	viewer.ExpectLine("24 80")
	viewer.Type("\x1e.")
	expectLeft(t, viewer, "[gm: detached from "+s.name+". Back: gm attach --read-only --local "+s.name+"]")
	l := s.expectState("attached", 3)
	if l.Cols != 80 || l.Rows != 24 {
		t.Errorf("the session has %dx%d, want 80x24", l.Cols, l.Rows)
	}
	s.windows[1].Type("q")
	s.windows[0].ExpectEnd(harness.Patience)
	if got, _ := os.ReadFile(s.recorded); string(got) != "abq" {
		t.Errorf("the keys are %q, want abq", got)
	}
	s.family.ExpectNone(t, harness.Patience)
}
