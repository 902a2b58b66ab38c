package vt

import (
	"math/rand/v2"
	"testing"
)

// TestPartway moves from one random screen to another by halves. A receiver can
// apply each step, and the last differs in one row.
func TestPartway(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		a := NewTerminal(20, 10, Options{})
		a.Write(randomInput(r, 100))
		from := a.Snapshot()
		b := a
		if seed%2 == 0 { // with other tables
			b = NewTerminal(20+int(seed%3), 10+int(seed%4), Options{})
		}
		b.Write(randomInput(r, 100))
		to := b.Snapshot()
		to.Bells, to.Clipboards, to.Events = from.Bells, from.Clipboards, from.Events // events, not state
		to.TitleSet = to.TitleSet || from.TitleSet                                    // for good
		receiver := Resume(from)
		for steps := 0; ; steps++ {
			part, ok := to.Partway(from)
			if !ok {
				break
			}
			if cols, rows := part.Size(); cols != to.cols || rows != len(to.rows) {
				t.Fatalf("seed %d: a part of %dx%d", seed, cols, rows)
			}
			receiver.Resize(part.Size())
			receiver.Write(AppendDiff(nil, from, part, Full()))
			if !receiver.Snapshot().Equal(part) {
				t.Fatalf("seed %d: step %d shows\n%s\nwant\n%s", seed, steps, receiver.Snapshot().Text(), part.Text())
			}
			from = part
			if steps > 10 {
				t.Fatalf("seed %d: no end", seed)
			}
		}
		receiver.Resize(to.Size())
		receiver.Write(AppendDiff(nil, from, to, Full()))
		if !receiver.Snapshot().Equal(to) {
			t.Fatalf("seed %d: the end is\n%s\nwant\n%s", seed, receiver.Snapshot().Text(), to.Text())
		}
	}
}
