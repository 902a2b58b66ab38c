package predict

import (
	"time"

	"gm/internal/deadline"
	"gm/vt"
	"gm/wire/state"
)

// Predictor predicts the screen that the keys typed so far will produce
// (protocol, section 9). It holds predicted cells and cursor positions,
// each with the number of its frame, the state of the user's input that carries
// the key. Once the server's echo ack reaches that number, the prediction is
// compared with the screen.
//
// Predictions belong to epochs. A key whose effect is uncertain begins a new
// epoch, which stays hidden until one of its predictions is confirmed.
//
// This holds while the host's terminal is in raw mode or its mode is unknown.
// While it echoes lines, lineEcho computes the echo instead. While it reads
// lines without echo, for a password, no display mode predicts anything.
type Predictor struct {
	// Plain shows predictions as the host would, without an underline.
	Plain bool

	mode      Mode
	overwrite bool // typed text replaces the text under it, instead of moving it
	policy    showPolicy
	lineEcho  lineEcho

	cols, rows int
	screen     *vt.Screen     // the last validated one
	predicted  []predictedRow // one per row; nil without predictions
	cursors    []predictedCursor
	keys       keyParser
	inFlight   []pendingKey // oldest first
	ackedText  string       // typed before inFlight, at most maxAckedText bytes

	shownRow, editedRow []glyph // memory of editor.row and editor.edited

	epoch          uint64 // of new predictions
	confirmedEpoch uint64 // epochs up to this one are shown
	// uncertainFrame is the frame of the newest key that may change the whole
	// screen: a return, a control character.
	uncertainFrame uint64
}

// pasteLength is the length in bytes above which a read counts as a paste.
const pasteLength = 100

// maxCursors bounds the unacknowledged cursor positions.
const maxCursors = 512

// New returns a Predictor without predictions. With overwrite, typed text
// replaces the text under it; otherwise the rest of the line moves.
func New(mode Mode, overwrite bool) *Predictor {
	return &Predictor{mode: mode, overwrite: overwrite, epoch: 1}
}

// Predict adds one read of the keyboard, which state number frame of the user's
// input carries to the server. host is the newest screen received.
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

// Validate compares the predictions with host, which shows the effects of all
// frames up to its echo ack, and decides whether predictions are shown.
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

func (p *Predictor) show() bool {
	return p.mode != Never && (p.mode != Adaptive || p.policy.show())
}

func (p *Predictor) visible(epoch uint64) bool {
	return epoch <= p.confirmedEpoch || p.mode == Experimental
}

// Deadline returns the time at which Validate must be called even if no screen
// has arrived, or the zero time.
func (p *Predictor) Deadline(now time.Time) time.Time {
	if p.mode == Never {
		return time.Time{}
	}
	return deadline.Earliest(p.policy.deadline(now, p.oldest()), p.lineEcho.deadline(now))
}

func (p *Predictor) resize(screen *vt.Screen) {
	cols, rows := screen.Size()
	if cols != p.cols || rows != p.rows {
		p.cols, p.rows = cols, rows
		p.Reset()
		p.predicted = make([]predictedRow, rows)
	}
}

// Reset drops all predictions and forgets the keys in flight. The next
// predictions are tentative.
func (p *Predictor) Reset() {
	p.clear()
	p.inFlight = nil
	p.beginEpoch()
}

func (p *Predictor) clear() {
	clear(p.predicted)
	p.cursors = p.cursors[:0]
}

// beginEpoch begins a new tentative epoch; in experimental mode there is only one.
func (p *Predictor) beginEpoch() {
	if p.mode != Experimental {
		p.epoch++
	}
}

// killEpoch drops all predictions if the epoch was visible, otherwise those of
// this and later epochs. Cursor predictions are always dropped.
func (p *Predictor) killEpoch(epoch uint64) {
	if p.visible(epoch) {
		p.clear()
		return
	}
	for _, row := range p.predicted {
		row.clearFrom(epoch)
	}
	p.cursors = p.cursors[:0]
}

// repredictAll predicts the keys in flight again, tentatively, after an incorrect
// prediction. Otherwise all keys up to the next pause in typing would be
// predicted in the wrong place.
func (p *Predictor) repredictAll(screen *vt.Screen, echoAck uint64) {
	p.beginEpoch()
	p.repredict(screen, echoAck)
}

func (p *Predictor) pending() bool { return len(p.cursors) > 0 || !p.oldest().IsZero() }

func (p *Predictor) oldest() (oldest time.Time) {
	for _, row := range p.predicted {
		for i := range row {
			if c := &row[i]; c.active && (oldest.IsZero() || c.made.Before(oldest)) {
				oldest = c.made
			}
		}
	}
	return oldest
}
