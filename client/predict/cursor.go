package predict

import (
	"slices"

	"gm/vt"
)

// predictedCursor is the predicted position of the cursor after a frame.
type predictedCursor struct {
	frame uint64
	epoch uint64
	x, y  int
	wrap  bool // pending wrap
}

func (p *Predictor) cursor(screen *vt.Screen) predictedCursor {
	if n := len(p.cursors); n > 0 {
		return p.cursors[n-1]
	}
	c := screen.Cursor
	return predictedCursor{x: c.X, y: c.Y, wrap: c.PendingWrap}
}

// predictCursor adds a prediction, or replaces the newest if it has the same frame
// and epoch. Beyond maxCursors it resets the Predictor.
func (p *Predictor) predictCursor(c predictedCursor) {
	if n := len(p.cursors); n > 0 && p.cursors[n-1].frame == c.frame && p.cursors[n-1].epoch == c.epoch {
		p.cursors[n-1] = c
		return
	}
	if len(p.cursors) == maxCursors {
		p.Reset()
		return
	}
	p.cursors = append(p.cursors, c)
}

// validateCursors compares only the newest position with the screen: when an older
// one is acknowledged, the screen may already show the effect of a later key.
func (p *Predictor) validateCursors(screen *vt.Screen, echoAck uint64) {
	n := len(p.cursors)
	if n == 0 {
		return
	}
	newest := p.cursors[n-1]
	if echoAck < newest.frame {
		due := func(c predictedCursor) bool { return c.frame <= echoAck }
		p.cursors = slices.DeleteFunc(p.cursors, due)
		return
	}
	p.cursors = p.cursors[:0]
	elsewhere := newest.x != screen.Cursor.X || newest.y != screen.Cursor.Y
	if elsewhere && newest.frame > p.uncertainFrame {
		p.killEpoch(newest.epoch)
		p.repredictAll(screen, echoAck)
	}
}
