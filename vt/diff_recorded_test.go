package vt

import (
	"math/rand/v2"
	"testing"
	"time"

	"gm/vt/recording"
)

// maxCuts is the approximate number of frames made from one recording.
const maxCuts = 60

// TestDiffOfRecordings sends recorded output to a receiver frame by frame. Frames end
// anywhere in the output. Some diffs between distant frames are also written to a
// Terminal.
func TestDiffOfRecordings(t *testing.T) {
	for name, d := range map[string]Dialect{"stock": Stock(), "full": Full()} {
		t.Run(name, func(t *testing.T) {
			for seed, r := range recordings(t) {
				t.Log(r.Name)
				sendRecording(t, r, d, rand.New(rand.NewPCG(uint64(seed), 4)))
			}
		})
	}
}

func sendRecording(t *testing.T, r recording.Recording, d Dialect, random *rand.Rand) {
	t.Helper()
	term := NewTerminal(r.Cols, r.Rows, Options{})
	sent := term.Snapshot()
	shown, old := sent, sent
	for _, frame := range cutRandomly(random, r) {
		term.play(frame)
		next := term.Snapshot()
		shown = checkFrame(t, shown, sent, next, d)
		sent = next
		if random.IntN(10) == 0 && (d.Clusters || !term.modes.has(clusters)) {
			checkTerminal(t, old, next, d)
			old = next
		}
	}
}

// cutRandomly returns a recording in frames that end anywhere, even within a sequence
// or a character.
func cutRandomly(random *rand.Rand, r recording.Recording) (frames []recording.Event) {
	total := 0
	for _, e := range r.Events {
		total += len(e.Output)
	}
	for _, f := range r.Frames(time.Hour) { // the output between two resizes
		for len(f.Output) > 0 || f.Cols > 0 {
			n := min(len(f.Output), random.IntN(2*total/maxCuts+2))
			frames = append(frames, recording.Event{Cols: f.Cols, Rows: f.Rows, Output: f.Output[:n]})
			f.Output, f.Cols, f.Rows = f.Output[n:], 0, 0
		}
	}
	return frames
}

// checkFrame sends the diff from sent to next to a receiver that shows shown, and
// returns its new screen. A receiver without mode 2027 may keep less of a grapheme
// cluster, but always the same part.
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
