package predict

import (
	"slices"
	"strings"
	"time"

	"gm/vt"
)

// pendingKey is one whose effect the screen may not show yet.
type pendingKey struct {
	key      key
	frame    uint64
	typed    time.Time
	epoch    uint64   // that was current before it
	from, to position // where the cursor was predicted to be before and after
}

// position is a position of the cursor with the text before it in its row. In the
// last column the text tells apart whether the character there is typed or next.
type position struct {
	x, y int
	left string
}

// cursorPos gives where the cursor is predicted to be.
func (p *Predictor) cursorPos(screen *vt.Screen) position {
	c := p.cursor(screen)
	at := position{x: c.x, y: c.y}
	if c.y >= len(p.predicted) {
		return at
	}
	row := (&editor{Predictor: p, screen: screen}).row(c.y)
	var left strings.Builder
	for _, g := range row[:min(columnsBefore(c.x, c.wrap), len(row))] {
		left.WriteString(g.lineText())
	}
	at.left = left.String()
	return at
}

// columnsBefore counts the columns before the next character: the cursor stands
// on the last one after it was filled.
func columnsBefore(x int, wrap bool) int {
	if wrap {
		return x + 1
	}
	return x
}

// screenPos gives where the cursor of a screen is.
func screenPos(screen *vt.Screen) position {
	c := screen.Cursor
	return position{c.X, c.Y, textBeforeCursor(screen)}
}

// textBeforeCursor gives the text before the cursor in its row.
func textBeforeCursor(screen *vt.Screen) string {
	var left strings.Builder
	c := screen.Cursor
	for x := range columnsBefore(c.X, c.PendingWrap) {
		left.WriteString(screenGlyph(screen, x, c.Y).lineText())
	}
	return left.String()
}

// maxInFlight bounds the keys that are remembered until their echo ack.
const maxInFlight = 256

// maxMatchedKeys bounds the keys on their way that every new screen is compared
// with: so many are typed in seconds.
const maxMatchedKeys = 48

// maxAckedText bounds the text that is remembered of keys before them, in bytes.
const maxAckedText = 64

// predictKey predicts what a key will do, and remembers it.
func (p *Predictor) predictKey(k pendingKey, screen *vt.Screen) {
	if p.lineEcho.inputMode() == inputRaw {
		k.epoch, k.from = p.epoch, p.cursorPos(screen)
		(&editor{Predictor: p, screen: screen, now: k.typed, frame: k.frame}).apply(k.key)
		k.to = p.cursorPos(screen)
	}
	p.inFlight = append(p.inFlight, k)
}

// acknowledge forgets the keys up to echoAck.
func (p *Predictor) acknowledge(echoAck uint64) {
	n := 0
	for n < len(p.inFlight) && p.inFlight[n].frame <= echoAck {
		n++
	}
	p.retire(n)
}

// retire forgets the first n keys.
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

// repredict predicts once more what the keys on their way will do, from what the
// screen now shows, with new predictions. Text of theirs that stands before the
// cursor is taken to be on the screen already.
func (p *Predictor) repredict(screen *vt.Screen, echoAck uint64) {
	p.acknowledge(echoAck)
	p.retire(p.echoedKeys(screen))
	keys := slices.Clone(p.inFlight)
	p.inFlight = p.inFlight[:0]
	for _, k := range keys {
		p.predictKey(k, screen)
	}
}

// echoedKeys counts the keys on their way that are text before the cursor. It goes
// by how much of what was typed up to them stands there, as not all may: it went
// to the row above, or the program wrote in between.
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

// commonSuffix is the length in bytes of what both end with.
func commonSuffix(a, b string) (n int) {
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// rebase takes a new screen that shows the effects of some of the keys on their
// way, if it looks like that: the cursor is where it was predicted to be after
// one of them, behind the text that was predicted. What those keys did has come
// true; what the others will do is predicted from this screen, as what is right
// of the cursor may be another text now: a suggestion, or an empty line.
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

// matchPending counts the keys on their way whose effects the screen shows. If it
// may be more or fewer, as some undo others, it does not matter: what the rest
// of them leads to is the same.
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

// confirmKey confirms the epoch of a key that has come true, if its echo was not
// there before.
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
