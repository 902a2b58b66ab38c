package vt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// letteredRows returns a screen whose row y is the letter y followed by digits of the column.
func letteredRows(cols, rows int) *Screen {
	s := NewScreen(cols, rows)
	for y := range rows {
		line := make([]byte, cols)
		for x := range line {
			line[x] = byte('0' + x%10)
		}
		line[0] = byte('a' + y)
		s.DrawText(0, y, string(line), Rendition{})
	}
	return s
}

func cursorAt(s *Screen, x, y int) *Screen {
	s = s.Clone()
	s.Cursor.X, s.Cursor.Y = x, y
	return s
}

func TestViewportShowsSmallerAndLargerWindows(t *testing.T) {
	for _, c := range []struct {
		name       string
		x, y       int // the cursor
		cols, rows int
		want       string
	}{
		{"the same size", 0, 0, 6, 3, "a12345\nb12345\nc12345"},
		{"fewer columns", 0, 0, 4, 3, "a123\nb123\nc123"},
		{"fewer columns, cursor at the right", 5, 0, 4, 3, "2345\n2345\n2345"},
		{"fewer rows", 0, 0, 6, 2, "a12345\nb12345"},
		{"fewer rows, cursor at the bottom", 0, 2, 6, 2, "b12345\nc12345"},
		{"one cell", 3, 1, 1, 1, "3"},
		{"more columns", 0, 0, 8, 3, "a12345│.\nb12345│.\nc12345│."},
		{"more rows", 0, 0, 6, 5, "a12345\nb12345\nc12345\n──────\n......"},
		{"both", 0, 0, 7, 4, "a12345│\nb12345│\nc12345│\n──────┘"},
		{"fewer columns, more rows", 5, 0, 4, 5, "2345\n2345\n2345\n────\n...."},
		{"more columns, fewer rows", 0, 2, 8, 2, "b12345│.\nc12345│."},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v Viewport
			view := v.Show(cursorAt(letteredRows(6, 3), c.x, c.y), c.cols, c.rows)
			var lines []string
			for y := range c.rows {
				lines = append(lines, rowText(view, y))
			}
			if got := strings.Join(lines, "\n"); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
			if got := view.Cell(view.Cursor.X, view.Cursor.Y); got != letteredRows(6, 3).Cell(c.x, c.y) {
				t.Errorf("the cursor is on %q", view.AppendText(nil, got))
			}
		})
	}
}

func TestViewportDrawsTheBorderFaint(t *testing.T) {
	var v Viewport
	view := v.Show(letteredRows(6, 3), 7, 4)
	for _, at := range [][2]int{{6, 0}, {0, 3}, {6, 3}} {
		if got := view.Rendition(view.Cell(at[0], at[1])); got != (Rendition{Attrs: Faint}) {
			t.Errorf("cell %v is %+v", at, got)
		}
	}
}

func TestViewportOfTheSameSizeIsTheScreen(t *testing.T) {
	var v Viewport
	s := letteredRows(6, 3)
	v.Show(cursorAt(s, 5, 2), 2, 2)
	if v.Show(s, 6, 3) != s {
		t.Error("the screen was copied")
	}
	if x, y := v.Origin(); x != 0 || y != 0 {
		t.Errorf("the view begins at %d,%d", x, y)
	}
	if n := testing.AllocsPerRun(100, func() { v.Show(s, 6, 3) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestViewportMovesOnlyForTheCursor moves the cursor along a line of 40 columns in a
// window of 20.
func TestViewportMovesOnlyForTheCursor(t *testing.T) {
	s := letteredRows(40, 1)
	for _, c := range []struct {
		name   string
		cursor []int
		want   int
	}{
		{"it begins at the left", []int{0}, 0},
		{"the last column of the view", []int{19}, 0},
		{"a column further", []int{20}, 6},
		{"back inside", []int{20, 6}, 6},
		{"a column before the view", []int{20, 5}, 0},
		{"at the right edge", []int{39}, 20},
		{"back inside from the right edge", []int{39, 20}, 20},
		{"to the left from the right edge", []int{39, 19}, 14},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v Viewport
			for _, x := range c.cursor {
				v.Show(cursorAt(s, x, 0), 20, 1)
			}
			if x, _ := v.Origin(); x != c.want {
				t.Errorf("the view begins at %d, want %d", x, c.want)
			}
		})
	}
}

func TestViewportDoesNotFollowAHiddenCursor(t *testing.T) {
	var v Viewport
	s := cursorAt(letteredRows(40, 10), 39, 9)
	s.Cursor.Hidden = true
	view := v.Show(s, 20, 5)
	if x, y := v.Origin(); x != 0 || y != 0 {
		t.Errorf("the view moved to %d,%d", x, y)
	}
	if c := view.Cursor; c.X != 19 || c.Y != 4 || !c.Hidden {
		t.Errorf("the cursor is %+v", c)
	}
	s = s.Clone()
	s.Cursor.Hidden = false
	v.Show(s, 20, 5)
	s = s.Clone()
	s.Cursor = Cursor{Hidden: true}
	v.Show(s, 20, 5)
	if x, y := v.Origin(); x != 20 || y != 5 {
		t.Errorf("the view moved back to %d,%d", x, y)
	}
	v.Show(s, 30, 8)
	if x, y := v.Origin(); x != 10 || y != 2 {
		t.Errorf("in a window that has grown the view begins at %d,%d", x, y)
	}
}

func TestViewportBlanksWideCharactersAtItsEdges(t *testing.T) {
	red := Rendition{Bg: PaletteColor(1)}
	s := NewScreen(8, 1)
	s.DrawText(0, 0, "世界世界", red)
	var v Viewport
	view := v.Show(cursorAt(s, 3, 0), 4, 1)
	if got := rowText(view, 0); got != "世界" {
		t.Errorf("%q", got)
	}
	view = v.Show(cursorAt(s, 6, 0), 3, 1)
	if x, _ := v.Origin(); x != 5 {
		t.Errorf("the view begins at %d", x)
	}
	if got := rowText(view, 0); got != ".界" {
		t.Errorf("%q", got)
	}
	if got := view.Rendition(view.Cell(0, 0)); got != red {
		t.Errorf("the blank is %+v", got)
	}
	view = (&Viewport{}).Show(s, 3, 1)
	if got := rowText(view, 0); got != "世." {
		t.Errorf("%q", got)
	}
}

// TestViewportShowsWholeCharacterAtTheCursor has the cursor on the right half of a wide
// character whose left half is left of the view.
func TestViewportShowsWholeCharacterAtTheCursor(t *testing.T) {
	s := letteredRows(40, 1)
	s.SetText(19, 0, "世", 2, Rendition{})
	var v Viewport
	v.Show(cursorAt(s, 39, 0), 20, 1)
	view := v.Show(cursorAt(s, 20, 0), 20, 1)
	if x, _ := v.Origin(); x != 14 || rowText(view, 0) != "45678世1234567890123" {
		t.Errorf("the view from %d on is %q", x, rowText(view, 0))
	}
}

func TestViewportKeepsAPendingWrap(t *testing.T) {
	s := letteredRows(40, 2)
	for _, c := range []struct {
		x, cols, rows int
		want          bool
	}{{39, 20, 2, true}, {39, 40, 1, true}, {39, 41, 2, false}, {39, 60, 3, false}, {30, 31, 2, false}} {
		t.Run(fmt.Sprint(c.x, c.cols, c.rows), func(t *testing.T) {
			s.Cursor = Cursor{X: c.x, PendingWrap: true}
			view := (&Viewport{}).Show(s, c.cols, c.rows)
			if view.Cursor.PendingWrap != c.want {
				t.Errorf("the cursor is %+v", view.Cursor)
			}
		})
	}
}

func TestViewportOfDoubleWidthLines(t *testing.T) {
	s := letteredRows(12, 3)
	s.Erase(6, 1, 6, Rendition{})
	s.SetLineAttribute(1, DoubleWidth)
	for _, c := range []struct {
		name       string
		x, y, cols int
		want       []string
		cursor     int
	}{
		{"cut at the right", 0, 0, 8, []string{"a1234567", "b123....", "c1234567"}, 0},
		{"at the right end", 11, 0, 8, []string{"45678901", "2345....", "45678901"}, 7},
		{"the cursor in the line", 4, 1, 8, []string{"45678901", "2345....", "45678901"}, 2},
		{"at an odd column", 7, 0, 7, []string{"2345678", "1234...", "2345678"}, 5},
		{"a wider window", 0, 0, 14, []string{"a12345678901│.", "b12345│.......", "c12345678901│."}, 0},
		{"one column", 3, 1, 1, []string{"6", "3", "6"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v Viewport
			view := v.Show(cursorAt(s, c.x, c.y), c.cols, 3)
			for y, want := range c.want {
				if got := rowText(view, y); got != want {
					t.Errorf("row %d is %q, want %q", y, got, want)
				}
			}
			if view.LineAttribute(0) != SingleWidth || view.LineAttribute(1) != DoubleWidth {
				t.Error("the attributes of the rows have changed")
			}
			if got := view.Cursor.X; got != c.cursor {
				t.Errorf("the cursor is in column %d, want %d", got, c.cursor)
			}
		})
	}
}

func TestViewportKeepsWhatIsNotCells(t *testing.T) {
	term := NewTerminal(20, 8, Options{})
	term.Write([]byte("\x1b]2;title\a\x1b[?2004h\x1b[?1002h\x1b[?1006h\x1b]52;c;aGk=\a\x1b]11;#123\a" +
		"\x1b]7;file:///x\a\x1b]9;4;1;50\a\x1b]22;text\a\x1b]1337;SetUserVar=a=YQ==\a\a\x1b[31m\x1b[3 q"))
	s := term.Snapshot()
	var v Viewport
	view := v.Show(s, 10, 4)
	o := view.Clone()
	o.cols, o.rows, o.Cursor = s.cols, s.rows, s.Cursor
	if !o.Equal(s) {
		t.Error("the state has changed")
	}
	if view.Cursor.Shape != 3 {
		t.Errorf("the shape of the cursor is %d", view.Cursor.Shape)
	}
}

func TestViewportMovesEvents(t *testing.T) {
	term := NewTerminal(20, 8, Options{})
	term.Write([]byte("\x1b]133;A\a\x1b[8;16H\x1b]133;B\a\x1b[6;2H\x1b]133;C\a\x1b[8;18H"))
	var v Viewport
	view := v.Show(term.Snapshot(), 10, 4)
	events := view.EventsSince(0)
	for i, want := range [][2]int{{0, -1}, {5, 3}, {0, 1}} {
		if e := events[i]; e.Col != want[0] || e.Row != want[1] {
			t.Errorf("event %s is at %d,%d, want %v", e.Command, e.Col, e.Row, want)
		}
	}
	if e := term.Snapshot().EventsSince(0)[1]; e.Col != 15 || e.Row != 7 {
		t.Errorf("the screen's own event moved to %d,%d", e.Col, e.Row)
	}
}

func TestViewportSharesRows(t *testing.T) {
	s := letteredRows(40, 10)
	var v Viewport
	view := v.Show(s, 40, 6)
	for y := range 6 {
		if view.rows[y] != s.rows[y] {
			t.Errorf("row %d was copied", y)
		}
	}
	first := v.Show(s, 20, 12)
	again := s.Clone()
	again.DrawText(0, 3, "new", Rendition{})
	second := v.Show(again, 20, 12)
	for y := range 12 {
		if same := first.rows[y] == second.rows[y]; same != (y != 3) {
			t.Errorf("row %d: shared %v", y, same)
		}
	}
}

// TestViewportsAreIndependent paints over a screen and over views of it.
func TestViewportsAreIndependent(t *testing.T) {
	for _, size := range [][2]int{{40, 6}, {20, 10}, {50, 12}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			var v Viewport
			s := letteredRows(40, 10)
			before := screenText(s)
			first := v.Show(s, size[0], size[1])
			first.Erase(0, 0, 20, Rendition{})
			if screenText(s) != before {
				t.Error("painting over the view changed the screen")
			}
			second := v.Show(s, size[0], size[1])
			if rowText(second, 0)[:5] != "a1234" {
				t.Errorf("painting over a view changed the next one: %s", rowText(second, 0))
			}
			s.DrawText(0, 0, "painted", Rendition{})
			if rowText(second, 0)[:5] != "a1234" {
				t.Errorf("painting over the screen changed a view: %s", rowText(second, 0))
			}
			if third := v.Show(s, size[0], size[1]); rowText(third, 0)[:7] != "painted" {
				t.Errorf("the view is old: %s", rowText(third, 0))
			}
		})
	}
}

// checkView fails if view is not the part of s at the view's origin.
func checkView(t *testing.T, s, view *Screen, v *Viewport) {
	t.Helper()
	cols, rows := view.Size()
	x0, y0 := v.Origin()
	if x0 < 0 || y0 < 0 || x0 >= s.cols || y0 >= len(s.rows) {
		t.Fatalf("the view of %dx%d begins at %d,%d", s.cols, len(s.rows), x0, y0)
	}
	for y := range min(rows, len(s.rows)-y0) {
		r, of := view.rows[y], s.rows[y0+y]
		if r.attribute != of.attribute {
			t.Fatalf("row %d has another attribute", y)
		}
		first := of.cellAt(x0)
		for x := range min(r.columns(), of.columns()-first) {
			got, want := r.cells[x], of.cells[first+x]
			cut := x == 0 && want.Tail() || x == r.columns()-1 && want.Wide()
			if got != want && !(cut && s != view && got == want&cellRendition) {
				t.Fatalf("cell %d,%d is %x, want %x", x, y, got, want)
			}
		}
	}
	c, of := view.Cursor, s.Cursor
	r := s.rows[of.Y]
	half := cols <= 2 && r.cells[of.X].Tail()
	if !of.Hidden && (c.Y != of.Y-y0 || c.X != of.X-r.cellAt(x0) && of.X < r.columns() && !half) {
		t.Fatalf("the cursor at %d,%d is shown at %d,%d from %d,%d", of.X, of.Y, c.X, c.Y, x0, y0)
	}
	checkInvariants(t, &Terminal{screen: view, margin: view.fullMargins()})
}

// TestViewportShowsTheScreensCells shows random screens in windows of random sizes.
func TestViewportShowsTheScreensCells(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 11))
		term := NewTerminal(1+r.IntN(24), 1+r.IntN(10), Options{})
		cols, rows := 1+r.IntN(24), 1+r.IntN(10)
		var v Viewport
		for range 12 {
			term.Write(randomInput(r, 15))
			switch r.IntN(8) {
			case 0:
				term.Resize(1+r.IntN(24), 1+r.IntN(10))
			case 1:
				cols, rows = 1+r.IntN(24), 1+r.IntN(10)
			}
			s := term.Snapshot()
			before, x0, y0 := s.Clone(), v.x, v.y
			checkView(t, s, v.Show(s, cols, rows), &v)
			if !s.Equal(before) || s.Cursor != before.Cursor {
				t.Fatal("the screen has changed")
			}
			checkStill(t, s, &v, x0, y0, cols, rows)
		}
	}
}

// TestDiffOfViews applies the differences between views of a screen that changes.
func TestDiffOfViews(t *testing.T) {
	for name, d := range dialects() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(60) {
				t.Log("seed", seed)
				p := newPainter(seed)
				s := p.descend(NewScreen(1+p.IntN(60), 1+p.IntN(20)), p.IntN(40))
				cols, rows := 1+p.IntN(60), 1+p.IntN(20)
				var v Viewport
				shown := v.Show(s, cols, rows)
				for range 8 {
					s = p.descend(s, p.IntN(10))
					view := v.Show(s, cols, rows)
					checkDiff(t, shown, view, d)
					shown = view
				}
			}
		})
	}
}

// checkStill fails if a view with a single-width cursor inside has moved.
func checkStill(t *testing.T, s *Screen, v *Viewport, x0, y0, cols, rows int) {
	t.Helper()
	c := s.Cursor
	inside := c.X >= x0 && c.X < x0+cols && c.Y >= y0 && c.Y < y0+rows && x0+cols <= s.cols && y0+rows <= len(s.rows)
	if cell := s.Cell(c.X, c.Y); inside && !s.hasLineAttributes && !cell.Wide() && !cell.Tail() && (v.x != x0 || v.y != y0) {
		t.Fatalf("the view moved from %d,%d to %d,%d, the cursor is at %d,%d", x0, y0, v.x, v.y, c.X, c.Y)
	}
}

// TestViewportCostsWhatHasChanged checks the allocations of a view of a screen of which
// one row has changed.
func TestViewportCostsWhatHasChanged(t *testing.T) {
	var v Viewport
	s := letteredRows(200, 100)
	v.Show(s, 100, 60)
	if n := testing.AllocsPerRun(20, func() { v.Show(s, 100, 60) }); n > 4 {
		t.Errorf("%v allocations for a screen that has not changed", n)
	}
	n := testing.AllocsPerRun(20, func() {
		s.DrawText(0, 7, "x", Rendition{})
		v.Show(s, 100, 60)
	})
	if n > 8 {
		t.Errorf("%v allocations for one row", n)
	}
}

func BenchmarkViewport(b *testing.B) {
	for _, c := range []struct {
		name       string
		cols, rows int
	}{{"same", 200, 60}, {"smaller", 80, 24}, {"larger", 240, 70}} {
		b.Run(c.name, func(b *testing.B) {
			s := letteredRows(200, 60)
			var v Viewport
			for b.Loop() {
				s.DrawText(0, 7, "x", Rendition{})
				v.Show(s, c.cols, c.rows)
			}
			b.ReportAllocs()
		})
	}
}

// FuzzViewport shows a screen with random contents in a window of a random size, before
// and after further output.
func FuzzViewport(f *testing.F) {
	f.Add([]byte("\x1b[?25lhello 世界\r\n\x1b#6wide"), []byte("\x1b[9;9H世\x1b[?25h"), uint8(20), uint8(9), uint8(5), uint8(3))
	f.Add([]byte("e\u0301\x1b]133;A\a"), []byte("\x1b[5;18H"), uint8(19), uint8(5), uint8(40), uint8(2))
	f.Fuzz(func(t *testing.T, first, second []byte, cols, rows, viewCols, viewRows uint8) {
		term := NewTerminal(1+int(cols), 1+int(rows), Options{})
		var v Viewport
		for _, output := range [][]byte{first, second} {
			term.Write(output)
			s := term.Snapshot()
			checkView(t, s, v.Show(s, 1+int(viewCols), 1+int(viewRows)), &v)
		}
	})
}
