package client

import (
	"testing"
	"time"

	"gm/vt"
	"gm/wire/state"
)

func tellingSettings() settings {
	s := plainSettings()
	s.extensions = state.ExtAppearance
	return s
}

func TestSessionTellsTheAppearance(t *testing.T) {
	w := newWorld(t, "delay=50ms,loss=20%", tellingSettings())
	w.client.reshaped(w.now, windowSize{worldCols, worldRows, 400, 120})
	w.run(time.Second)
	if w.looks != (state.Appearance{Width: 400, Height: 120}) {
		t.Errorf("the server was told %+v", w.looks)
	}
	light := vt.Theme{Foreground: vt.RGBColor(1, 2, 3), Background: vt.RGBColor(250, 251, 252)}
	w.client.answered(w.now, state.Appearance{Theme: light})
	w.types("x")
	w.run(2 * time.Second)
	if w.looks != (state.Appearance{Theme: light, Width: 400, Height: 120}) || w.received != "x" {
		t.Errorf("the server was told %+v and typed %q", w.looks, w.received)
	}
	w.client.answered(w.now, state.Appearance{Theme: light})
	w.client.answered(w.now, state.Appearance{})
	w.client.reshaped(w.now, windowSize{worldCols, worldRows, 400, 120})
	w.run(time.Second)
	if w.dressed != 2 {
		t.Errorf("told %d times, want 2: nothing is told again", w.dressed)
	}
}

func TestSessionTellsThePixelsAgain(t *testing.T) {
	w := newWorld(t, "delay=50ms", tellingSettings())
	resize := func(cols, rows, width, height int) {
		w.user.Resize(cols, rows)
		w.client.reshaped(w.now, windowSize{cols, rows, width, height})
		w.run(time.Second)
		if c, r := w.program.Snapshot().Size(); c != cols || r != rows {
			t.Errorf("the program's terminal is %dx%d", c, r)
		}
	}
	resize(worldCols, worldRows, 0, 0)
	if w.dressed != 0 {
		t.Error("told a size that is not known")
	}
	w.client.answered(w.now, state.Appearance{Width: worldCols * 9, Height: worldRows*18 + 1})
	resize(100, 40, 0, 0)
	if w.looks.Width != 900 || w.looks.Height != 726 {
		t.Errorf("cells of the size that was told make %+v", w.looks)
	}
	resize(100, 40, 1000, 800)
	if w.looks.Width != 1000 || w.looks.Height != 800 {
		t.Errorf("the system's word does not count: %+v", w.looks)
	}
}

// A server that has not granted it is told nothing.
func TestSessionKeepsTheAppearance(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.client.reshaped(w.now, windowSize{worldCols, worldRows, 400, 120})
	w.client.answered(w.now, state.Appearance{Theme: vt.Theme{Cursor: vt.RGBColor(1, 2, 3)}})
	w.run(time.Second)
	if w.dressed != 0 {
		t.Errorf("told %+v", w.looks)
	}
}
