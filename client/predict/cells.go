package predict

import (
	"slices"
	"time"

	"gm/vt"
)

// predictedCell is what a column will show. The zero predictedCell predicts
// nothing.
type predictedCell struct {
	active bool
	typed  bool // by the user, not moved here by an edit
	frame  uint64
	epoch  uint64
	made   time.Time
	glyph  glyph
	before []glyph // what the screen showed here: being right with that is no merit
	// under is what is shown while this one is hidden: an older prediction that
	// was visible. It is not judged any more, and has none under itself.
	under *predictedCell
}

// maxBefore bounds predictedCell.before; the oldest are forgotten.
const maxBefore = 8

// predictedLine is a row of predictions.
type predictedLine []predictedCell

// verdict is what a screen says about a prediction.
type verdict uint8

const (
	verdictPending verdict = iota
	verdictRight
	verdictNoCredit // right, but that proves nothing; or not to be known
	verdictWrong
)

// judge compares the prediction with what the screen shows there.
func (c *predictedCell) judge(actual glyph, echoAck, uncertain uint64) verdict {
	switch {
	case echoAck < c.frame:
		return verdictPending
	case c.glyph.unknown:
		return verdictNoCredit
	case !c.glyph.same(actual):
		if c.frame <= uncertain { // that key may have had its effect already
			return verdictNoCredit
		}
		if c.glyph.blank() && suggestion(actual.look) { // which come by themselves
			return verdictNoCredit
		}
		return verdictWrong
	case c.glyph.blank() || c.glyph.tail || slices.ContainsFunc(c.before, actual.same):
		return verdictNoCredit
	}
	return verdictRight
}

// drop forgets the predictions of the given epoch and later ones.
func (l predictedLine) drop(epoch uint64) {
	for i := range l {
		if l[i].epoch >= epoch {
			l[i] = predictedCell{}
		}
	}
}

// empty says that nothing is predicted: such a row need not be looked through.
func (l predictedLine) empty() bool {
	for i := range l {
		if l[i].active {
			return false
		}
	}
	return true
}

// adapt gives the typed predictions that follow column x without a gap the
// rendition that the one in x turned out to have.
func (l predictedLine) adapt(x int, look vt.Rendition) {
	for i := x + 1; i < len(l) && l[i].active && l[i].typed; i++ {
		l[i].glyph.look = look
	}
}

// judgeCells first looks for what is wrong, so that the outcome does not depend
// on the order of the cells, and begins again when all that is due is gone.
func (p *Predictor) judgeCells(now time.Time, screen *vt.Screen, echoAck uint64) {
	wrong := p.wrongEpoch(screen, echoAck)
	if wrong != 0 {
		p.discard(wrong)
	}
	p.eachCell(func(x, y int, c *predictedCell) {
		if c.under != nil && c.under.frame <= echoAck {
			c.under = nil
		}
		actual := screenGlyph(screen, x, y)
		switch c.judge(actual, echoAck, p.uncertain) {
		case verdictRight:
			p.confirmed = max(p.confirmed, c.epoch)
			p.display.confirm(now, c.made)
			p.lines[y].adapt(x, actual.look)
			*c = predictedCell{}
		case verdictNoCredit:
			*c = predictedCell{}
		}
	})
	for y, line := range p.lines {
		if line.empty() {
			p.lines[y] = nil
		}
	}
	if wrong != 0 {
		p.beginAgain(screen, echoAck)
	}
}

// wrongEpoch is the oldest epoch of which a prediction is wrong; 0 if none is.
func (p *Predictor) wrongEpoch(screen *vt.Screen, echoAck uint64) (epoch uint64) {
	p.eachCell(func(x, y int, c *predictedCell) {
		v := c.judge(screenGlyph(screen, x, y), echoAck, p.uncertain)
		if v == verdictWrong && (epoch == 0 || c.epoch < epoch) {
			epoch = c.epoch
		}
	})
	return epoch
}

// eachCell calls f with each predicted cell, in reading order.
func (p *Predictor) eachCell(f func(x, y int, c *predictedCell)) {
	for y, line := range p.lines {
		for x := range line {
			if line[x].active {
				f(x, y, &line[x])
			}
		}
	}
}
