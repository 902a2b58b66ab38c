package vt

import (
	"math/rand/v2"
	"testing"
)

// TestAppendLines leaves screens behind on a terminal that shows a prompt. Their
// lines appear below it, and nothing else changes.
func TestAppendLines(t *testing.T) {
	joined := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		program := NewTerminal(20, 6, Options{})
		program.Write(randomInput(r, 60))
		program.Write([]byte("\x1b[?1049l\x1b[1;20Hwrapped"))
		s := program.Snapshot()
		if s.hasLineAttributes {
			continue // which lines are not
		}
		user := NewTerminal(20, 30, Options{})
		user.Write([]byte("prompt\r\n"))
		user.Write(AppendLines(nil, s, 6, Full()))
		shown := user.Snapshot()
		cells := newCellComparer(shown, s, Full())
		for y, row := range s.rows {
			for x, c := range row.cells {
				if got := shown.Cell(x, y+1); !cells.same(got, c) {
					t.Fatalf("seed %d: cell %d,%d is %q, want %q", seed, x, y, shown.AppendText(nil, got), s.AppendText(nil, c))
				}
			}
			if shown.Wrapped(y+1) && !row.wrapped {
				t.Errorf("seed %d: row %d wraps", seed, y)
			}
			if shown.Wrapped(y + 1) {
				joined++
			}
		}
		if c := shown.Cursor; c.X != 0 || c.Y != 7 || shown.Pen != (Rendition{}) || len(user.TakeReplies(nil)) > 0 {
			t.Errorf("seed %d: left with cursor %+v, pen %+v", seed, c, shown.Pen)
		}
	}
	if joined < 50 {
		t.Errorf("only %d lines go on in the next row", joined)
	}
}

func TestAppendLinesOfText(t *testing.T) {
	program := typed("one\r\n\x1b[1mtwo\x1b[m\r\n\r\n\x1b[44m \x1b[m")
	want := "one\r\n\x1b[1mtwo\x1b[m\r\n\r\n\x1b[44m \x1b[m\r\n"
	if got := string(AppendLines(nil, program.Snapshot(), 4, Full())); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := string(AppendLines([]byte("x"), program.Snapshot(), 0, Full())); got != "x" {
		t.Errorf("no rows are %q", got)
	}
}
