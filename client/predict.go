package client

import (
	"slices"
	"time"

	"gm/vt"
)

// predictor shows what the keys will do before the server tells (mosh-protocol,
// section 9). It holds predicted cells and cursor positions, each with the
// number of the frame, a state of the user's input, that carries the key. When
// the server's echo ack reaches that number the prediction is judged.
//
// Predictions belong to epochs. A key whose effect is not certain begins a new
// one, which stays hidden until one of its predictions has come true.
type predictor struct {
	mode      predictMode
	overwrite bool // typed text replaces instead of moving the rest of the line
	display   displayPolicy

	cols, rows int
	lines      []predictedLine // one per row, nil where nothing is predicted
	cursors    []predictedCursor
	keys       keyParser
	flying     []flyingKey // oldest first

	epoch     uint64 // of new predictions
	confirmed uint64 // epochs up to this one are shown
	// uncertain is the frame of the newest key after which the screen may look
	// quite different: a return, a control character.
	uncertain uint64
}

// pasteLength is the length of a read in bytes above which it is a paste.
const pasteLength = 100

// maxCursors bounds the cursor positions that wait for their echo ack.
const maxCursors = 512

func newPredictor(mode predictMode, overwrite bool) *predictor {
	return &predictor{mode: mode, overwrite: overwrite, epoch: 1}
}

// typed takes one read of keys, which state number frame of the user's input
// will carry to the server. screen is the newest that came.
func (p *predictor) typed(now time.Time, frame uint64, keys []byte, screen *vt.Screen) {
	if p.mode == predictNever {
		return
	}
	p.fit(screen)
	if len(keys) > pasteLength {
		p.uncertain = frame
		p.reset()
		p.keys = keyParser{}
		return
	}
	for _, b := range keys {
		if k, ok := p.keys.next(b); ok {
			p.flying = append(p.flying, flyingKey{k, frame, now})
			(&edit{predictor: p, screen: screen, now: now, frame: frame}).apply(k)
		}
	}
	if len(p.flying) > maxFlying {
		p.flying = nil
	}
}

// flyingKey is one whose effect the screen may not show yet.
type flyingKey struct {
	key   key
	frame uint64
	typed time.Time
}

// maxFlying bounds the keys that are remembered until their echo ack.
const maxFlying = 256

// land forgets the keys up to echoAck.
func (p *predictor) land(echoAck uint64) {
	landed := 0
	for landed < len(p.flying) && p.flying[landed].frame <= echoAck {
		landed++
	}
	p.flying = slices.Delete(p.flying, 0, landed)
}

// again predicts once more what the keys on their way will do, from what the
// screen now shows.
func (p *predictor) again(screen *vt.Screen, echoAck uint64) {
	for _, f := range p.flying {
		if f.frame > echoAck {
			(&edit{predictor: p, screen: screen, now: f.typed, frame: f.frame}).apply(f.key)
		}
	}
}

// judge compares the predictions with a new screen that shows the effects of
// all frames up to echoAck, and updates whether predictions are shown.
func (p *predictor) judge(now time.Time, screen *vt.Screen, echoAck uint64, sendInterval time.Duration) {
	if p.mode == predictNever {
		return
	}
	p.fit(screen)
	p.judgeCells(now, screen, echoAck)
	p.judgeCursors(screen, echoAck)
	p.land(echoAck)
	p.display.update(now, sendInterval, p.oldest(), p.pending())
}

// shown says that predictions are drawn at all; those of tentative epochs still
// are not.
func (p *predictor) shown() bool {
	return p.mode != predictNever && (p.mode != predictAdaptive || p.display.on())
}

// visible says that predictions of the epoch are drawn.
func (p *predictor) visible(epoch uint64) bool {
	return epoch <= p.confirmed || p.mode == predictExperimental
}

// deadline is when judge must be called though nothing has come; the zero time
// if never.
func (p *predictor) deadline(now time.Time) time.Time {
	if p.mode == predictNever {
		return time.Time{}
	}
	return p.display.deadline(now, p.oldest())
}

// fit drops everything if the screen has another size.
func (p *predictor) fit(screen *vt.Screen) {
	cols, rows := screen.Size()
	if cols != p.cols || rows != p.rows {
		p.cols, p.rows = cols, rows
		p.reset()
		p.lines = make([]predictedLine, rows)
	}
}

// reset drops all predictions and the keys on their way; the next predictions
// are tentative.
func (p *predictor) reset() {
	p.drop()
	p.flying = nil
	p.begin()
}

func (p *predictor) drop() {
	clear(p.lines)
	p.cursors = p.cursors[:0]
}

// begin begins a new tentative epoch.
func (p *predictor) begin() {
	if p.mode != predictExperimental {
		p.epoch++
	}
}

// wrong drops what a wrong prediction of the given epoch puts in doubt: all, if
// it was shown; else what was built on it. The keys still on their way get new
// predictions, tentative ones: without them everything typed before the next
// pause would be predicted in the wrong place.
func (p *predictor) wrong(epoch uint64, screen *vt.Screen, echoAck uint64) {
	if p.visible(epoch) {
		p.drop()
	} else {
		for _, line := range p.lines {
			line.drop(epoch)
		}
		p.dropCursors(epoch)
	}
	p.begin()
	p.again(screen, echoAck)
}

// pending says that predictions wait for their echo ack.
func (p *predictor) pending() bool { return len(p.cursors) > 0 || !p.oldest().IsZero() }

// oldest is when the oldest predicted cell was made; zero if there is none.
func (p *predictor) oldest() (oldest time.Time) {
	for _, line := range p.lines {
		for i := range line {
			if c := &line[i]; c.active && (oldest.IsZero() || c.made.Before(oldest)) {
				oldest = c.made
			}
		}
	}
	return oldest
}
