package predict

import (
	"slices"
	"strings"
	"time"

	"gm/vt"
)

// flyingKey is one whose effect the screen may not show yet.
type flyingKey struct {
	key      key
	frame    uint64
	typed    time.Time
	epoch    uint64 // that was current before it
	from, to place  // where the cursor was predicted to be before and after
}

// place is a position of the cursor with the text before it in its row. In the
// last column the text tells apart whether the character there is typed or next.
type place struct {
	x, y int
	left string
}

// here gives where the cursor is predicted to be.
func (p *Predictor) here(screen *vt.Screen) place {
	c := p.cursor(screen)
	at := place{x: c.x, y: c.y}
	if c.y >= len(p.lines) {
		return at
	}
	row := (&edit{Predictor: p, screen: screen}).row(c.y)
	var left strings.Builder
	for _, g := range row[:min(columnsBefore(c.x, c.wrap), len(row))] {
		left.WriteString(g.shown())
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

// placeOf gives where the cursor of a screen is.
func placeOf(screen *vt.Screen) place {
	c := screen.Cursor
	return place{c.X, c.Y, leftOf(screen)}
}

// leftOf gives the text before the cursor in its row.
func leftOf(screen *vt.Screen) string {
	var left strings.Builder
	c := screen.Cursor
	for x := range columnsBefore(c.X, c.PendingWrap) {
		left.WriteString(screenGlyph(screen, x, c.Y).shown())
	}
	return left.String()
}

// maxFlying bounds the keys that are remembered until their echo ack.
const maxFlying = 256

// maxRebased bounds the keys on their way that every new screen is compared
// with: so many are typed in seconds.
const maxRebased = 48

// maxLanded bounds the text that is remembered of keys before them, in bytes.
const maxLanded = 64

// fly predicts what a key will do, and remembers it.
func (p *Predictor) fly(k flyingKey, screen *vt.Screen) {
	if p.certain.manner() == mannerRaw {
		k.epoch, k.from = p.epoch, p.here(screen)
		(&edit{Predictor: p, screen: screen, now: k.typed, frame: k.frame}).apply(k.key)
		k.to = p.here(screen)
	}
	p.flying = append(p.flying, k)
}

// land forgets the keys up to echoAck.
func (p *Predictor) land(echoAck uint64) {
	n := 0
	for n < len(p.flying) && p.flying[n].frame <= echoAck {
		n++
	}
	p.landFirst(n)
}

// landFirst forgets the first n keys.
func (p *Predictor) landFirst(n int) {
	for _, k := range p.flying[:n] {
		if k.key.kind == keyText {
			p.landed += string(k.key.text)
		} else {
			p.landed = ""
		}
	}
	p.landed = p.landed[max(0, len(p.landed)-maxLanded):]
	p.flying = slices.Delete(p.flying, 0, n)
}

// again predicts once more what the keys on their way will do, from what the
// screen now shows, with new predictions. Text of theirs that stands before the
// cursor is taken to be on the screen already.
func (p *Predictor) again(screen *vt.Screen, echoAck uint64) {
	p.land(echoAck)
	p.landFirst(p.echoed(screen))
	keys := slices.Clone(p.flying)
	p.flying = p.flying[:0]
	for _, k := range keys {
		p.fly(k, screen)
	}
}

// echoed counts the keys on their way that are text before the cursor. It goes
// by how much of what was typed up to them stands there, as not all may: it went
// to the row above, or the program wrote in between.
func (p *Predictor) echoed(screen *vt.Screen) (n int) {
	left, typed := leftOf(screen), p.landed
	most := commonSuffix(left, typed)
	for i, k := range p.flying {
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
	n, ok := p.arrived(screen)
	if !ok {
		return
	}
	for _, k := range p.flying[:n] {
		p.credit(now, k)
	}
	p.landFirst(n)
	newest := p.epoch
	keys := slices.Clone(p.flying)
	p.flying = p.flying[:0]
	p.drop()
	for i, k := range keys {
		if p.epoch = max(p.epoch, k.epoch); i == 0 {
			p.epoch = k.epoch
		}
		p.fly(k, screen)
	}
	p.epoch = max(p.epoch, newest)
}

// arrived counts the keys on their way whose effects the screen shows. If it
// may be more or fewer, as some undo others, it does not matter: what the rest
// of them leads to is the same.
func (p *Predictor) arrived(screen *vt.Screen) (n int, ok bool) {
	if len(p.flying) == 0 || len(p.flying) > maxRebased {
		return 0, false
	}
	at := placeOf(screen)
	if p.flying[0].from == at {
		return 0, true
	}
	for i, k := range p.flying {
		if k.to == at {
			return i + 1, true
		}
	}
	return 0, false
}

// credit confirms the epoch of a key that has come true, if its echo was not
// there before.
func (p *Predictor) credit(now time.Time, k flyingKey) {
	if k.key.kind != keyText || k.from.y != k.to.y || k.from.y >= len(p.lines) || k.from.x >= len(p.lines[k.from.y]) {
		return
	}
	c := p.lines[k.from.y][k.from.x]
	if c.active && c.frame == k.frame && !c.glyph.blank() && !slices.ContainsFunc(c.before, c.glyph.same) {
		p.confirmed = max(p.confirmed, c.epoch)
		p.display.confirm(now, c.made)
	}
}
