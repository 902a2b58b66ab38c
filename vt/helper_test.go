package vt

import (
	"strings"
	"testing"
)

// screenText returns a screen as lines of text. A blank that was never written is
// ".", the right half of a wide character is nothing. Blanks at the end of a line
// and empty lines at the end are left out.
func screenText(s *Screen) string {
	var lines []string
	cols, rows := s.Size()
	for y := range rows {
		var b []byte
		for x := range cols {
			c := s.Cell(x, y)
			if c&(cellRune|cellCluster|cellTail) == 0 {
				b = append(b, '.')
			} else {
				b = s.AppendText(b, c)
			}
		}
		lines = append(lines, strings.TrimRight(string(b), "."))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// typed returns a terminal of 10 by 5 after input.
func typed(input string) *Terminal {
	return typedInto(inXTerm(NewTerminal(10, 5, Options{Version: "1"})), input)
}

// inXTerm gives t a user's terminal with all features and xterm's colours, and
// returns t.
func inXTerm(t *Terminal) *Terminal {
	theme := Theme{Foreground: RGBColor(0xe5, 0xe5, 0xe5), Background: RGBColor(0, 0, 0)}
	theme.Cursor, theme.Selection, theme.SelectedText = theme.Foreground, theme.Foreground, theme.Background
	for i, c := range ansiRGB {
		theme.Palette[i] = RGBColor(c[0], c[1], c[2])
	}
	t.SetTheme(theme)
	t.SetCapabilities(everything())
	return t
}

// everything returns the capabilities of a terminal that has all of them.
func everything() Capabilities {
	c := Capabilities{
		Features: FeaturePictures<<1 - 1, Scheme: 1,
		Text: Pixels{80, 50}, Screen: Pixels{1600, 1200}, Cell: Pixels{8, 10},
	}
	for _, n := range UserModes() {
		c.SetMode(int(n), modeIsReset)
	}
	return c
}

func typedInto(t *Terminal, input string) *Terminal {
	t.Write([]byte(input))
	return t
}

// functionTest is an input to a terminal of 10 by 5 and its effects. Positions are
// from 0; a nil cursor is not checked.
type functionTest struct {
	name   string
	input  string
	screen string
	cursor *[2]int // column, row
	reply  string
}

func at(x, y int) *[2]int { return &[2]int{x, y} }

func runFunctions(t *testing.T, tests []functionTest) {
	t.Helper()
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			t.Helper()
			term := typed(c.input)
			if got := screenText(term.screen); got != c.screen {
				t.Errorf("%q\n got:\n%s\nwant:\n%s", c.input, got, c.screen)
			}
			if got := term.screen.Cursor; c.cursor != nil && *c.cursor != [2]int{got.X, got.Y} {
				t.Errorf("%q: cursor at %d,%d, want %v", c.input, got.X, got.Y, *c.cursor)
			}
			if got := string(term.TakeReplies(nil)); got != c.reply {
				t.Errorf("%q: reply %q, want %q", c.input, got, c.reply)
			}
			checkInvariants(t, term)
		})
	}
}

// checkInvariants fails if the terminal is in an impossible state.
func checkInvariants(t testing.TB, term *Terminal) {
	t.Helper()
	s := term.screen
	cols, rows := s.Size()
	c, m := s.Cursor, term.margin
	if c.X < 0 || c.X >= cols || c.Y < 0 || c.Y >= rows {
		t.Fatalf("cursor %d,%d outside of %dx%d", c.X, c.Y, cols, rows)
	}
	if m.top < 0 || m.bottom >= rows || m.top > m.bottom || m.left < 0 || m.right >= cols || m.left > m.right {
		t.Fatalf("margins %+v in %dx%d", m, cols, rows)
	}
	for _, grid := range [][]*row{s.rows, term.inactive} {
		if grid != nil && len(grid) != rows {
			t.Fatalf("%d rows, want %d", len(grid), rows)
		}
		for y, r := range grid {
			if len(r.cells) != cols {
				t.Fatalf("row %d has %d cells, want %d", y, len(r.cells), cols)
			}
			checkHalves(t, r.cells, y)
			if r.attribute != SingleWidth && !s.hasLineAttributes {
				t.Fatalf("row %d is of double width, but hasLineAttributes is not set", y)
			}
			for x, c := range r.cells[r.end:] {
				if c != 0 {
					t.Fatalf("row %d column %d: written beyond the end", y, r.end+x)
				}
			}
		}
	}
	if len(term.replies) > maxReplies {
		t.Fatal("a buffer is over its limit")
	}
}

func checkHalves(t testing.TB, cells []Cell, y int) {
	t.Helper()
	for x, c := range cells {
		tail := x+1 < len(cells) && cells[x+1].Tail()
		if c.Wide() != tail {
			t.Fatalf("row %d column %d: half of a wide character", y, x)
		}
		if c.Wide() && cells[x+1] != c&^cellWide|cellTail {
			t.Fatalf("row %d column %d: halves differ: %x %x", y, x, c, cells[x+1])
		}
		if x == 0 && c.Tail() {
			t.Fatalf("row %d starts with half of a wide character", y)
		}
	}
}
