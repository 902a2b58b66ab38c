package predict

import (
	"time"

	"gm/internal/deadline"
	"gm/vt"
	"gm/wire/state"
)

// Predictor shows what the keys will do before the server tells (mosh-protocol,
// section 9). It holds predicted cells and cursor positions, each with the
// number of the frame, a state of the user's input, that carries the key. When
// the server's echo ack reaches that number the prediction is judged.
//
// Predictions belong to epochs. A key whose effect is not certain begins a new
// one, which stays hidden until one of its predictions has come true.
//
// All that is for terminals whose program takes keys as they come, and where it
// is not known. What the terminal itself echoes, certain predicts; and where
// the terminal does not echo, for a password, nothing is predicted in any mode.
type Predictor struct {
	mode      Mode
	overwrite bool // typed text replaces instead of moving the rest of the line
	policy    showPolicy
	lineEcho  lineEcho

	cols, rows int
	screen     *vt.Screen     // that was judged last
	predicted  []predictedRow // one per row, nil where nothing is predicted
	cursors    []predictedCursor
	keys       keyParser
	inFlight   []pendingKey // oldest first
	ackedText  string       // the text typed before them

	epoch          uint64 // of new predictions
	confirmedEpoch uint64 // epochs up to this one are shown
	// uncertainFrame is the frame of the newest key after which the screen may look
	// quite different: a return, a control character.
	uncertainFrame uint64
}

// pasteLength is the length of a read in bytes above which it is a paste.
const pasteLength = 100

// maxCursors bounds the cursor positions that wait for their echo ack.
const maxCursors = 512

func New(mode Mode, overwrite bool) *Predictor {
	return &Predictor{mode: mode, overwrite: overwrite, epoch: 1}
}

// Predict takes one read of keys, which state number frame of the user's input
// will carry to the server. host is the newest screen that came.
func (p *Predictor) Predict(now time.Time, frame uint64, keys []byte, host state.Screen) {
	if p.mode == Never {
		return
	}
	p.resize(host.Screen)
	p.lineEcho.addRead(frame, keys)
	mode := p.lineEcho.inputMode()
	if mode == inputNoEcho {
		p.keys = keyParser{}
		return
	}
	if len(keys) > pasteLength {
		p.uncertainFrame = frame
		p.Reset()
		p.keys = keyParser{}
		return
	}
	for rest := keys; ; {
		k, after, ok := p.keys.next(rest)
		if !ok {
			break
		}
		rest = after
		p.predictKey(pendingKey{key: k, frame: frame, typed: now}, host.Screen)
	}
	if len(p.inFlight) > maxInFlight {
		p.inFlight = nil
	}
}

// Validate compares the predictions with a new screen that shows the effects of
// all frames up to its echo ack, and updates whether predictions are shown.
func (p *Predictor) Validate(now time.Time, host state.Screen, sendInterval time.Duration) {
	if p.mode == Never {
		return
	}
	p.resize(host.Screen)
	if p.lineEcho.update(now, host) {
		p.modeChanged(host)
	}
	mode := p.lineEcho.inputMode()
	p.validateCells(now, host.Screen, host.EchoAck)
	p.validateCursors(host.Screen, host.EchoAck)
	p.acknowledge(host.EchoAck)
	if host.Screen != p.screen && mode == inputRaw {
		p.rebase(now, host.Screen)
	}
	p.screen = host.Screen
	p.policy.update(now, sendInterval, p.oldest(), p.pending())
}

// modeChanged begins anew, as the host does something else with keys.
func (p *Predictor) modeChanged(host state.Screen) {
	p.clear()
	p.beginEpoch()
	switch p.lineEcho.inputMode() {
	case inputNoEcho:
		p.inFlight = nil
	case inputRaw:
		p.repredict(host.Screen, host.EchoAck)
	}
}

// show says that predictions are drawn at all; those of tentative epochs still
// are not.
func (p *Predictor) show() bool {
	return p.mode != Never && (p.mode != Adaptive || p.policy.show())
}

// visible says that predictions of the epoch are drawn.
func (p *Predictor) visible(epoch uint64) bool {
	return epoch <= p.confirmedEpoch || p.mode == Experimental
}

// Deadline is when Judge must be called though nothing has come; the zero time
// if never.
func (p *Predictor) Deadline(now time.Time) time.Time {
	if p.mode == Never {
		return time.Time{}
	}
	return deadline.Earliest(p.policy.deadline(now, p.oldest()), p.lineEcho.deadline(now))
}

// resize drops everything if the screen has another size.
func (p *Predictor) resize(screen *vt.Screen) {
	cols, rows := screen.Size()
	if cols != p.cols || rows != p.rows {
		p.cols, p.rows = cols, rows
		p.Reset()
		p.predicted = make([]predictedRow, rows)
	}
}

// Reset drops all predictions and the keys on their way; the next predictions
// are tentative.
func (p *Predictor) Reset() {
	p.clear()
	p.inFlight = nil
	p.beginEpoch()
}

func (p *Predictor) clear() {
	clear(p.predicted)
	p.cursors = p.cursors[:0]
}

// beginEpoch begins a new tentative epoch.
func (p *Predictor) beginEpoch() {
	if p.mode != Experimental {
		p.epoch++
	}
}

// killEpoch drops what a wrong prediction of the given epoch puts in doubt: all, if
// it was shown; else what was built on it. What is left of older epochs is due,
// and no place to begin from.
func (p *Predictor) killEpoch(epoch uint64) {
	if p.visible(epoch) {
		p.clear()
		return
	}
	for _, line := range p.predicted {
		line.clearFrom(epoch)
	}
	p.cursors = p.cursors[:0]
}

// repredictAll gives the keys still on their way new predictions after a wrong one,
// tentative ones: without them everything typed before the next pause would be
// predicted in the wrong place.
func (p *Predictor) repredictAll(screen *vt.Screen, echoAck uint64) {
	p.beginEpoch()
	p.repredict(screen, echoAck)
}

// pending says that predictions wait for their echo ack.
func (p *Predictor) pending() bool { return len(p.cursors) > 0 || !p.oldest().IsZero() }

// oldest is when the oldest predicted cell was made; zero if there is none.
func (p *Predictor) oldest() (oldest time.Time) {
	for _, line := range p.predicted {
		for i := range line {
			if c := &line[i]; c.active && (oldest.IsZero() || c.made.Before(oldest)) {
				oldest = c.made
			}
		}
	}
	return oldest
}
