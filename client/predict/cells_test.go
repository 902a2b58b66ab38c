package predict

import (
	"testing"

	"gm/vt"
)

func TestValidateCell(t *testing.T) {
	plain := func(text string) glyph { return glyph{text: text, width: 1} }
	grey := glyph{text: "x", width: 1, rendition: vt.Rendition{Fg: vt.PaletteColor(8)}}
	const frame = 5
	for _, test := range []struct {
		name           string
		predicted      glyph
		seen           []glyph
		actual         glyph
		ack, uncertain uint64
		want           verdict
	}{
		{"not acknowledged", plain("a"), nil, plain("b"), frame - 1, 0, verdictPending},
		{"correct", plain("a"), nil, plain("a"), frame, 0, verdictCorrect},
		{"incorrect", plain("a"), nil, plain("b"), frame, frame - 1, verdictIncorrect},
		{"in the frame of an uncertain key", plain("a"), nil, plain("b"), frame, frame, verdictNoCredit},
		{"before an uncertain key", plain("a"), nil, plain("b"), frame, frame + 1, verdictNoCredit},
		{"unknown", glyph{width: 1, unknown: true}, nil, plain("b"), frame, 0, verdictNoCredit},
		{"a blank", blankGlyph(), nil, blankGlyph(), frame, 0, verdictNoCredit},
		{"a blank where text is", blankGlyph(), nil, plain("x"), frame, 0, verdictIncorrect},
		{"a blank where a suggestion is", blankGlyph(), nil, grey, frame, 0, verdictNoCredit},
		{"half of a wide character", glyph{width: 1, tail: true}, nil, glyph{width: 1, tail: true}, frame, 0, verdictNoCredit},
		{"seen before", plain("a"), []glyph{plain("c"), plain("a")}, plain("a"), frame, 0, verdictNoCredit},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := predictedCell{active: true, frame: frame, glyph: test.predicted, seen: test.seen}
			if got := c.validate(test.actual, test.ack, test.uncertain); got != test.want {
				t.Errorf("verdict %d, want %d", got, test.want)
			}
		})
	}
}

// row returns a row of typed predictions in frame 1 with these epochs; 0 is none.
func row(epochs ...uint64) predictedRow {
	r := make(predictedRow, len(epochs))
	for x, epoch := range epochs {
		if epoch != 0 {
			r[x] = predictedCell{active: true, typed: true, frame: 1, epoch: epoch, glyph: glyph{text: "a", width: 1}}
		}
	}
	return r
}

func TestClearFromEpoch(t *testing.T) {
	r := row(1, 2, 3, 1)
	r.clearFrom(2)
	for x, want := range []bool{true, false, false, true} {
		if r[x].active != want {
			t.Errorf("column %d: active %v, want %v", x, r[x].active, want)
		}
	}
}

func TestAdoptRendition(t *testing.T) {
	r := row(1, 1, 1, 1, 0, 1)
	r[3].typed = false
	red := vt.Rendition{Fg: vt.PaletteColor(1)}
	r.adoptRendition(0, red)
	for x, want := range []bool{false, true, true, false, false, false} {
		if got := r[x].glyph.rendition == red; got != want {
			t.Errorf("column %d: adopted %v, want %v", x, got, want)
		}
	}
}

func TestIncorrectEpochIsTheOldest(t *testing.T) {
	p := New(Always, false)
	p.resize(vt.NewScreen(4, 1))
	p.predicted[0] = row(4, 3, 5)
	if got := p.incorrectEpoch(vt.NewScreen(4, 1), 1); got != 3 {
		t.Errorf("epoch %d, want 3", got)
	}
}

// A covered prediction is drawn until it is acknowledged.
func TestCoveredPredictionEnds(t *testing.T) {
	for ack, want := range map[uint64]bool{6: true, 7: false} {
		p := New(Always, false)
		screen := vt.NewScreen(4, 1)
		p.resize(screen)
		p.predicted[0] = row(9, 0, 0, 0)
		p.predicted[0][0].frame = 9
		p.predicted[0][0].covered = &predictedCell{active: true, frame: 7}
		p.validateCells(ms(0), screen, ack)
		if got := p.predicted[0][0].covered != nil; got != want {
			t.Errorf("after the ack of %d: covered %v, want %v", ack, got, want)
		}
	}
}

// An incorrect prediction of a visible epoch drops all, one of a hidden epoch those of
// its epoch and later ones. Cursor predictions are dropped with either.
func TestKillEpoch(t *testing.T) {
	for _, test := range []struct {
		name  string
		mode  Mode
		epoch uint64
		left  []bool
	}{
		{"a visible epoch", Always, 2, []bool{false, false, false, false}},
		{"the first hidden epoch", Always, 3, []bool{true, true, false, false}},
		{"a later epoch", Always, 4, []bool{true, true, true, false}},
		{"in experimental mode", Experimental, 4, []bool{false, false, false, false}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := New(test.mode, false)
			p.resize(vt.NewScreen(4, 1))
			p.confirmedEpoch = 2
			r := row(1, 2, 3, 4)
			p.predicted[0] = r
			p.predictCursor(predictedCursor{frame: 1, epoch: 1})
			p.killEpoch(test.epoch)
			for x, want := range test.left {
				got := p.predicted[0] != nil && r[x].active
				if got != want {
					t.Errorf("epoch %d: left %v, want %v", x+1, got, want)
				}
			}
			if len(p.cursors) > 0 {
				t.Errorf("%d cursor predictions are left", len(p.cursors))
			}
		})
	}
}

func TestBeginEpoch(t *testing.T) {
	for mode, want := range map[Mode]uint64{Always: 2, Adaptive: 2, Experimental: 1} {
		p := New(mode, false)
		if p.beginEpoch(); p.epoch != want {
			t.Errorf("%s: epoch %d, want %d", mode, p.epoch, want)
		}
	}
}
