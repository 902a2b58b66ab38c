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
	seen   []glyph // what the screen showed here: being right with that is no merit
	// covered is what is shown while this one is hidden: an older prediction that
	// was visible. It is not judged any more, and has none under itself.
	covered *predictedCell
}

// maxSeen bounds predictedCell.before; the oldest are forgotten.
const maxSeen = 8

// predictedRow is a row of predictions.
type predictedRow []predictedCell

// verdict is what a screen says about a prediction.
type verdict uint8

const (
	verdictPending verdict = iota
	verdictCorrect
	verdictNoCredit // right, but that proves nothing; or not to be known
	verdictIncorrect
)

// validate compares the prediction with what the screen shows there.
func (c *predictedCell) validate(actual glyph, echoAck, uncertain uint64) verdict {
	switch {
	case echoAck < c.frame:
		return verdictPending
	case c.glyph.unknown:
		return verdictNoCredit
	case !c.glyph.same(actual):
		if c.frame <= uncertain { // that key may have had its effect already
			return verdictNoCredit
		}
		if c.glyph.blank() && isSuggestion(actual.rendition) { // which come by themselves
			return verdictNoCredit
		}
		return verdictIncorrect
	case c.glyph.blank() || c.glyph.tail || slices.ContainsFunc(c.seen, actual.same):
		return verdictNoCredit
	}
	return verdictCorrect
}

// clearFrom forgets the predictions of the given epoch and later ones.
func (l predictedRow) clearFrom(epoch uint64) {
	for i := range l {
		if l[i].epoch >= epoch {
			l[i] = predictedCell{}
		}
	}
}

// empty says that nothing is predicted: such a row need not be looked through.
func (l predictedRow) empty() bool {
	for i := range l {
		if l[i].active {
			return false
		}
	}
	return true
}

// adoptRendition gives the typed predictions that follow column x without a gap the
// rendition that the one in x turned out to have.
func (l predictedRow) adoptRendition(x int, look vt.Rendition) {
	for i := x + 1; i < len(l) && l[i].active && l[i].typed; i++ {
		l[i].glyph.rendition = look
	}
}

// validateCells first looks for what is wrong, so that the outcome does not depend
// on the order of the cells, and begins again when all that is due is gone.
func (p *Predictor) validateCells(now time.Time, screen *vt.Screen, echoAck uint64) {
	wrong := p.incorrectEpoch(screen, echoAck)
	if wrong != 0 {
		p.killEpoch(wrong)
	}
	p.eachCell(func(x, y int, c *predictedCell) {
		if c.covered != nil && c.covered.frame <= echoAck {
			c.covered = nil
		}
		actual := screenGlyph(screen, x, y)
		switch c.validate(actual, echoAck, p.uncertainFrame) {
		case verdictCorrect:
			p.confirmedEpoch = max(p.confirmedEpoch, c.epoch)
			p.policy.confirm(now, c.made)
			p.predicted[y].adoptRendition(x, actual.rendition)
			*c = predictedCell{}
		case verdictNoCredit:
			*c = predictedCell{}
		}
	})
	for y, line := range p.predicted {
		if line.empty() {
			p.predicted[y] = nil
		}
	}
	if wrong != 0 {
		p.repredictAll(screen, echoAck)
	}
}

// incorrectEpoch is the oldest epoch of which a prediction is wrong; 0 if none is.
func (p *Predictor) incorrectEpoch(screen *vt.Screen, echoAck uint64) (epoch uint64) {
	p.eachCell(func(x, y int, c *predictedCell) {
		v := c.validate(screenGlyph(screen, x, y), echoAck, p.uncertainFrame)
		if v == verdictIncorrect && (epoch == 0 || c.epoch < epoch) {
			epoch = c.epoch
		}
	})
	return epoch
}

// eachCell calls f with each predicted cell, in reading order.
func (p *Predictor) eachCell(f func(x, y int, c *predictedCell)) {
	for y, line := range p.predicted {
		for x := range line {
			if line[x].active {
				f(x, y, &line[x])
			}
		}
	}
}
