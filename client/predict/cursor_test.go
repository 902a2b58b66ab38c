package predict

import (
	"testing"

	"gm/vt"
)

func TestCursorValidation(t *testing.T) {
	screen := vt.NewScreen(10, 2)
	screen.Cursor.X = 4
	for _, test := range []struct {
		name           string
		ack, uncertain uint64
		x              int // predicted in frame 7, after a prediction in frame 5
		left           int // predictions
		newEpoch       bool
	}{
		{"none is acknowledged", 4, 0, 4, 2, false},
		{"the older one is acknowledged", 5, 0, 6, 1, false},
		{"correct", 7, 0, 4, 0, false},
		{"incorrect", 7, 6, 6, 0, true},
		{"in the frame of an uncertain key", 7, 7, 6, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := New(Always, false)
			p.resize(screen)
			p.uncertainFrame = test.uncertain
			p.predictCursor(predictedCursor{frame: 5, epoch: 1, x: 1})
			p.predictCursor(predictedCursor{frame: 7, epoch: 1, x: test.x})
			epoch := p.epoch
			p.validateCursors(screen, test.ack)
			if len(p.cursors) != test.left || (p.epoch > epoch) != test.newEpoch {
				t.Errorf("%d predictions, new epoch %v; want %d, %v", len(p.cursors), p.epoch > epoch, test.left, test.newEpoch)
			}
		})
	}
}

// Keys of one frame and epoch make one prediction.
func TestCursorPredictionsAreMerged(t *testing.T) {
	p := New(Always, false)
	for _, c := range []predictedCursor{{frame: 1, epoch: 1, x: 1}, {frame: 1, epoch: 1, x: 2}, {frame: 1, epoch: 2, x: 3}, {frame: 2, epoch: 2, x: 4}} {
		p.predictCursor(c)
	}
	if len(p.cursors) != 3 || p.cursors[0].x != 2 {
		t.Errorf("got %+v", p.cursors)
	}
}

func TestCursorPredictionsAreBounded(t *testing.T) {
	p := New(Always, false)
	for frame := range uint64(maxCursors) {
		p.predictCursor(predictedCursor{frame: frame, epoch: 1})
	}
	if len(p.cursors) != maxCursors {
		t.Fatalf("%d predictions, want %d", len(p.cursors), maxCursors)
	}
	p.predictCursor(predictedCursor{frame: maxCursors, epoch: 1})
	if len(p.cursors) != 0 {
		t.Errorf("%d predictions beyond the limit, want none", len(p.cursors))
	}
}
