package predict

import (
	"slices"
	"time"

	"gm/vt"
)

// pendingKey is a key in flight: the screen may not show its effect yet.
type pendingKey struct {
	key      key
	frame    uint64
	typed    time.Time
	epoch    uint64   // the current epoch before the key
	from, to position // predicted positions of the cursor before and after the key
}

// position is a position of the cursor with the text before it in its row. In the
// last column, the text distinguishes a pending wrap from its absence.
type position struct {
	x, y int
	left string
}

func (p *Predictor) cursorPos(screen *vt.Screen) position {
	c := p.cursor(screen)
	at := position{x: c.x, y: c.y}
	if c.y >= len(p.predicted) {
		return at
	}
	predicted := p.predicted[c.y]
	var left []byte
	for x := range min(columnsBefore(c.x, c.wrap), p.cols) {
		if x < len(predicted) && predicted[x].active {
			left = append(left, predicted[x].glyph.lineText()...)
		} else {
			left = screen.AppendText(left, screen.Cell(x, c.y))
		}
	}
	at.left = string(left)
	return at
}

// columnsBefore returns the number of columns before the next character. With a
// pending wrap, the cursor is still on the last column, which is filled.
func columnsBefore(x int, wrap bool) int {
	if wrap {
		return x + 1
	}
	return x
}

func screenPos(screen *vt.Screen) position {
	c := screen.Cursor
	return position{c.X, c.Y, textBeforeCursor(screen)}
}

func textBeforeCursor(screen *vt.Screen) string {
	var left []byte
	c := screen.Cursor
	for x := range columnsBefore(c.X, c.PendingWrap) {
		left = screen.AppendText(left, screen.Cell(x, c.Y))
	}
	return string(left)
}

// maxInFlight bounds the keys in flight; beyond it, all are forgotten.
const maxInFlight = 256

// maxMatchedKeys bounds the keys in flight with which every new screen is
// compared: several seconds of typing.
const maxMatchedKeys = 48

// maxAckedText bounds Predictor.ackedText, in bytes.
const maxAckedText = 64

func (p *Predictor) predictKey(k pendingKey, screen *vt.Screen) {
	if p.lineEcho.inputMode() == inputRaw {
		k.epoch, k.from = p.epoch, p.cursorPos(screen)
		(&editor{Predictor: p, screen: screen, now: k.typed, frame: k.frame}).apply(k.key)
		k.to = p.cursorPos(screen)
	}
	p.inFlight = append(p.inFlight, k)
}

func (p *Predictor) acknowledge(echoAck uint64) {
	n := 0
	for n < len(p.inFlight) && p.inFlight[n].frame <= echoAck {
		n++
	}
	p.retire(n)
}

// retire takes the first n keys out of flight. Their text goes to ackedText.
func (p *Predictor) retire(n int) {
	for _, k := range p.inFlight[:n] {
		if k.key.kind == keyText {
			p.ackedText += string(k.key.text)
		} else {
			p.ackedText = ""
		}
	}
	p.ackedText = p.ackedText[max(0, len(p.ackedText)-maxAckedText):]
	p.inFlight = slices.Delete(p.inFlight, 0, n)
}

// repredict predicts the keys in flight again, starting from screen. Keys whose
// text already stands before the cursor are retired instead.
func (p *Predictor) repredict(screen *vt.Screen, echoAck uint64) {
	p.acknowledge(echoAck)
	p.retire(p.echoedKeys(screen))
	keys := slices.Clone(p.inFlight)
	p.inFlight = p.inFlight[:0]
	for _, k := range keys {
		p.predictKey(k, screen)
	}
}

// echoedKeys returns how many of the keys in flight the text before the cursor
// ends with: the number for which the typed text, with ackedText before it, has
// the longest suffix in common with that text. It need not match as a whole: part
// of it may be in the row above, or the program has written in between.
func (p *Predictor) echoedKeys(screen *vt.Screen) (n int) {
	left, typed := textBeforeCursor(screen), p.ackedText
	most := commonSuffix(left, typed)
	for i, k := range p.inFlight {
		if k.key.kind != keyText {
			break
		}
		typed += string(k.key.text)
		if common := commonSuffix(left, typed); common > most {
			n, most = i+1, common
		}
	}
	return n
}

func commonSuffix(a, b string) (n int) {
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// rebase confirms the keys in flight whose effects screen already shows and
// predicts the others from it, as the text right of the cursor may have changed:
// a suggestion, or an empty line. It does nothing if the cursor, with the text
// before it, is not where it was predicted to be after one of the keys.
func (p *Predictor) rebase(now time.Time, screen *vt.Screen) {
	n, ok := p.matchPending(screen)
	if !ok {
		return
	}
	for _, k := range p.inFlight[:n] {
		p.confirmKey(now, k)
	}
	p.retire(n)
	newest := p.epoch
	keys := slices.Clone(p.inFlight)
	p.inFlight = p.inFlight[:0]
	p.clear()
	for i, k := range keys {
		if p.epoch = max(p.epoch, k.epoch); i == 0 {
			p.epoch = k.epoch
		}
		p.predictKey(k, screen)
	}
	p.epoch = max(p.epoch, newest)
}

// matchPending returns how many pending keys the screen already reflects. Any
// match is good enough where keys undo each other: the remaining keys lead to the
// same result. ok is false without a match and beyond maxMatchedKeys.
func (p *Predictor) matchPending(screen *vt.Screen) (n int, ok bool) {
	if len(p.inFlight) == 0 || len(p.inFlight) > maxMatchedKeys {
		return 0, false
	}
	at := screenPos(screen)
	if p.inFlight[0].from == at {
		return 0, true
	}
	for i, k := range p.inFlight {
		if k.to == at {
			return i + 1, true
		}
	}
	return 0, false
}

// confirmKey confirms the epoch of a text key that the screen reflects, unless the
// cell showed the same glyph before.
func (p *Predictor) confirmKey(now time.Time, k pendingKey) {
	if k.key.kind != keyText || k.from.y != k.to.y || k.from.y >= len(p.predicted) || k.from.x >= len(p.predicted[k.from.y]) {
		return
	}
	c := p.predicted[k.from.y][k.from.x]
	if c.active && c.frame == k.frame && !c.glyph.blank() && !slices.ContainsFunc(c.seen, c.glyph.same) {
		p.confirmedEpoch = max(p.confirmedEpoch, c.epoch)
		p.policy.confirm(now, c.made)
	}
}
