package predict

import (
	"strconv"
	"testing"

	"gm/vt"
)

// predictOne predicts a key on an empty screen.
func predictOne(p *Predictor, screen *vt.Screen) {
	e := editor{Predictor: p, screen: screen}
	p.cursors = p.cursors[:0]
	clear(p.predicted[0])
	e.apply(key{kind: keyText, text: 'k'})
	p.cursorPos(screen)
}

func emptyRow(cols int) (*Predictor, *vt.Screen) {
	p, screen := New(Always, false), vt.NewScreen(cols, 4)
	p.resize(screen)
	p.predicted[0] = make(predictedRow, cols)
	return p, screen
}

// TestKeyNeedsLittleMemory checks that the memory of a row is reused.
func TestKeyNeedsLittleMemory(t *testing.T) {
	const limit = 4
	for _, cols := range []int{20, 1000} {
		t.Run(strconv.Itoa(cols), func(t *testing.T) {
			p, screen := emptyRow(cols)
			if n := testing.AllocsPerRun(100, func() { predictOne(p, screen) }); n > limit {
				t.Errorf("%v allocations for a key, want at most %d", n, limit)
			}
		})
	}
}

func BenchmarkPredict(b *testing.B) {
	p, screen := emptyRow(200)
	b.ReportAllocs()
	for b.Loop() {
		predictOne(p, screen)
	}
}
