package vt

import (
	"strings"
	"testing"
)

// rowText returns the text of a row, with a dot for each blank.
func rowText(s *Screen, y int) string {
	var b []byte
	for x := range s.cols {
		if c := s.Cell(x, y); c.Blank() {
			b = append(b, '.')
		} else {
			b = s.AppendText(b, c)
		}
	}
	return string(b)
}

func TestPainting(t *testing.T) {
	red := Rendition{Fg: PaletteColor(1)}
	for _, c := range []struct {
		name  string
		paint func(s *Screen)
		want  string
	}{
		{"a character", func(s *Screen) { s.SetText(2, 0, "x", 1, red) }, "abxde世f..."},
		{"a wide character", func(s *Screen) { s.SetText(1, 0, "界", 2, red) }, "a界de世f..."},
		{"over a left half", func(s *Screen) { s.SetText(5, 0, "x", 1, red) }, "abcdex.f..."},
		{"over a right half", func(s *Screen) { s.SetText(6, 0, "x", 1, red) }, "abcde.xf..."},
		{"wide over a left half", func(s *Screen) { s.SetText(4, 0, "界", 2, red) }, "abcd界.f..."},
		{"wide over a right half", func(s *Screen) { s.SetText(6, 0, "界", 2, red) }, "abcde.界..."},
		{"wide where one column is left", func(s *Screen) { s.SetText(10, 0, "界", 2, red) }, "abcde世f..."},
		{"a cluster", func(s *Screen) { s.SetText(0, 0, "e\u0301", 1, red) }, "e\u0301bcde世f..."},
		{"outside", func(s *Screen) { s.SetText(-1, 0, "x", 1, red); s.SetText(0, 2, "x", 1, red) }, "abcde世f..."},
		{"erase", func(s *Screen) { s.Erase(1, 0, 2, red) }, "a..de世f..."},
		{"erase half", func(s *Screen) { s.Erase(6, 0, 1, red) }, "abcde..f..."},
		{"erase too much", func(s *Screen) { s.Erase(3, 0, 99, red) }, "abc........"},
		{"erase nothing", func(s *Screen) { s.Erase(3, 0, 0, red); s.Erase(99, 0, 1, red) }, "abcde世f..."},
		{"insert", func(s *Screen) { s.InsertCells(1, 0, 2, red) }, "a..bcde世f."},
		{"insert in a wide character", func(s *Screen) { s.InsertCells(6, 0, 1, red) }, "abcde...f.."},
		{"insert all", func(s *Screen) { s.InsertCells(0, 0, 99, red) }, "..........."},
		{"push half out", func(s *Screen) { s.InsertCells(0, 0, 5, red) }, ".....abcde."},
		{"delete", func(s *Screen) { s.DeleteCells(1, 0, 2, red) }, "ade世f....."},
		{"delete half", func(s *Screen) { s.DeleteCells(6, 0, 1, red) }, "abcde.f...."},
		{"delete all", func(s *Screen) { s.DeleteCells(0, 0, 99, red) }, "..........."},
		{"text", func(s *Screen) { s.DrawText(8, 0, "xyz", red) }, "abcde世fxyz"},
		{"text that is cut", func(s *Screen) { s.DrawText(8, 0, "xy界", red) }, "abcde世fxy."},
	} {
		s := NewScreen(11, 1)
		s.DrawText(0, 0, "abcde世f", Rendition{})
		before := s.Clone()
		c.paint(s)
		if got := rowText(s, 0); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := rowText(before, 0); got != "abcde世f..." {
			t.Errorf("%s: the copy changed to %q", c.name, got)
		}
		for x := range s.cols {
			if s.Cell(x, 0).Wide() != (x+1 < s.cols && s.Cell(x+1, 0).Tail()) {
				t.Errorf("%s: half a character at %d", c.name, x)
			}
		}
	}
}

func TestSetRendition(t *testing.T) {
	red := Rendition{Fg: PaletteColor(1)}
	for _, x := range []int{1, 2} {
		s := textScreen(4, 1, "a世b")
		s.SetRendition(x, 0, red)
		for i, want := range []Rendition{{}, red, red, {}} {
			if got := s.Rendition(s.Cell(i, 0)); got != want {
				t.Errorf("at %d: cell %d is %+v", x, i, got)
			}
		}
	}
	textScreen(4, 1).SetRendition(4, 0, red) // outside: nothing happens
}

func TestDrawTextCountsColumns(t *testing.T) {
	for _, c := range []struct {
		text        string
		drawn, full int
	}{
		{"abc", 3, 3}, {"世界", 4, 4}, {"e\u0301x", 2, 2}, {"\u0301a\x1b\n", 1, 1},
		{"🇩🇪", 2, 2}, {strings.Repeat("x", 20), 10, 20}, {strings.Repeat("世", 6), 10, 12}, {"", 0, 0},
	} {
		s := NewScreen(11, 1)
		if got := s.DrawText(1, 0, c.text, Rendition{}); got != c.drawn {
			t.Errorf("%q: %d columns drawn, want %d", c.text, got, c.drawn)
		}
		if got := TextWidth(c.text); got != c.full {
			t.Errorf("%q: width %d, want %d", c.text, got, c.full)
		}
	}
}

func TestResizedCutsAndPads(t *testing.T) {
	s := textScreen(6, 3, "abc世d", "second", "third")
	s.Cursor = Cursor{X: 5, Y: 2}
	small := s.Resized(4, 2)
	if a, b := rowText(small, 0), rowText(small, 1); a != "abc." || b != "seco" {
		t.Errorf("cut to %q, %q", a, b)
	}
	if c := small.Cursor; c.X != 3 || c.Y != 1 {
		t.Errorf("the cursor is at %d,%d", c.X, c.Y)
	}
	if large := s.Resized(8, 4); rowText(large, 0) != "abc世d.." || rowText(large, 3) != "........" {
		t.Error("not padded")
	}
	if rowText(s, 0) != "abc世d" {
		t.Error("the screen itself changed")
	}
}
