package vt

import (
	"math/rand/v2"
	"testing"
)

// TestDiffOfRecordings sends what real programs draw to a reader, frame by frame,
// where a frame ends anywhere in the output, and holds some diffs between frames
// that are far apart against the terminal as well.
func TestDiffOfRecordings(t *testing.T) {
	for name, d := range map[string]Dialect{"stock": Stock(), "full": Full()} {
		t.Run(name, func(t *testing.T) {
			for seed, r := range recordings(t) {
				t.Log(r.Name)
				random := rand.New(rand.NewPCG(uint64(seed), 4))
				term := NewTerminal(r.Cols, r.Rows, Options{})
				sent := term.Snapshot()
				shown, old := sent, sent
				for _, e := range r.Events {
					for first := true; first || len(e.Output) > 0; first = false {
						part := e
						part.Output = e.Output[:random.IntN(len(e.Output)+1)]
						term.play(part)
						e.Output, e.Cols = e.Output[len(part.Output):], 0
						next := term.Snapshot()
						shown = checkFrame(t, shown, sent, next, d)
						sent = next
						if random.IntN(20) == 0 && (d.Clusters || !term.modes.has(clusters)) {
							checkTerminal(t, old, next, d)
							old = next
						}
					}
				}
			}
		})
	}
}

// checkFrame sends the diff from sent to next to a reader that shows sent, and
// gives what it shows then. What a reader without mode 2027 keeps of a grapheme
// cluster it keeps by whatever way it comes there.
func checkFrame(t *testing.T, shown, sent, next *Screen, d Dialect) *Screen {
	t.Helper()
	cols, rows := next.Size()
	diff := AppendDiff(nil, sent, next, d)
	shown = events(resumed(t, shown, diff, cols, rows), next)
	if shown.EqualIn(next, d) {
		return shown
	}
	if want := events(reduced(t, next, d), next); !shown.EqualIn(want, d) {
		t.Fatalf("diff %q: %s", diff, explain(shown, want, d))
	}
	return shown
}
