package predict

import (
	"slices"
	"time"

	"gm/vt"
)

// predictedCell is the predicted content of a cell. The zero predictedCell
// predicts nothing.
type predictedCell struct {
	active bool
	typed  bool // by the user, not moved here by an edit
	frame  uint64
	epoch  uint64
	made   time.Time
	glyph  glyph
	seen   []glyph // shown here earlier; matching one of them confirms nothing
	// covered is an older, visible prediction that is drawn while this one is
	// hidden. It is not validated any more and covers none itself.
	covered *predictedCell
}

// maxSeen bounds predictedCell.seen; the oldest glyphs are dropped.
const maxSeen = 8

// predictedRow is a row of predictions.
type predictedRow []predictedCell

// verdict is the result of comparing a prediction with a screen.
type verdict uint8

const (
	verdictPending verdict = iota
	verdictCorrect
	verdictNoCredit // acknowledged, but not evidence for the epoch
	verdictIncorrect
)

func (c *predictedCell) validate(actual glyph, echoAck, uncertain uint64) verdict {
	switch {
	case echoAck < c.frame:
		return verdictPending
	case c.glyph.unknown:
		return verdictNoCredit
	case !c.glyph.same(actual):
		if c.frame <= uncertain { // the screen may show the effect of the uncertain key already
			return verdictNoCredit
		}
		if c.glyph.blank() && isSuggestion(actual.rendition) { // shells draw these without a key
			return verdictNoCredit
		}
		return verdictIncorrect
	case c.glyph.blank() || c.glyph.tail || slices.ContainsFunc(c.seen, actual.same):
		return verdictNoCredit
	}
	return verdictCorrect
}

func (r predictedRow) clearFrom(epoch uint64) {
	for i := range r {
		if r[i].epoch >= epoch {
			r[i] = predictedCell{}
		}
	}
}

func (r predictedRow) empty() bool {
	for i := range r {
		if r[i].active {
			return false
		}
	}
	return true
}

// adoptRendition sets the rendition of the typed predictions that follow column x
// without a gap.
func (r predictedRow) adoptRendition(x int, rendition vt.Rendition) {
	for i := x + 1; i < len(r) && r[i].active && r[i].typed; i++ {
		r[i].glyph.rendition = rendition
	}
}

// validateCells validates and removes the acknowledged cells. It looks for
// incorrect ones first, so that the result does not depend on the order of the
// cells, and predicts the keys in flight again at the end.
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
	for y, row := range p.predicted {
		if row.empty() {
			p.predicted[y] = nil
		}
	}
	if wrong != 0 {
		p.repredictAll(screen, echoAck)
	}
}

func (p *Predictor) incorrectEpoch(screen *vt.Screen, echoAck uint64) (epoch uint64) {
	p.eachCell(func(x, y int, c *predictedCell) {
		v := c.validate(screenGlyph(screen, x, y), echoAck, p.uncertainFrame)
		if v == verdictIncorrect && (epoch == 0 || c.epoch < epoch) {
			epoch = c.epoch
		}
	})
	return epoch
}

func (p *Predictor) eachCell(f func(x, y int, c *predictedCell)) {
	for y, row := range p.predicted {
		for x := range row {
			if row[x].active {
				f(x, y, &row[x])
			}
		}
	}
}
