package vt

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestJumpIsShortest compares jumpTo with all other ways between positions.
func TestJumpIsShortest(t *testing.T) {
	columns := []int{0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 50, 98, 99, 100, 101, 119}
	lines := []int{0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 29}
	s := NewScreen(120, 30)
	for name, dialect := range map[string]Dialect{"full": Full(), "basic": UserTerminal("vt100", "")} {
		t.Run(name, func(t *testing.T) {
			d := newDiffer(nil, s, s, dialect)
			for _, x0 := range append(columns, s.cols) {
				for _, y0 := range lines {
					for _, x := range columns {
						for _, y := range lines {
							d.out, d.x, d.y, d.certainty = d.out[:0], x0, y0, known
							d.jumpTo(x, y)
							if want := shortestJump(x0, y0, x, y, s.cols, dialect.Basic); len(d.out) != want {
								t.Fatalf("from %d,%d to %d,%d: %q, possible in %d bytes", x0, y0, x, y, d.out, want)
							}
						}
					}
				}
			}
		})
	}
}

// shortestJump returns the least number of bytes for a jump by CUP, or by CR, one
// horizontal and one vertical movement. Only one of the two movements is made of
// repeated controls.
func shortestJump(x0, y0, x, y, cols int, basic bool) int {
	best := len(fmt.Sprintf("\x1b[%d;%dH", y+1, x+1))
	switch {
	case x == 0 && y == 0:
		best = len("\x1b[H")
	case x == 0:
		best = len(fmt.Sprintf("\x1b[%dH", y+1))
	}
	for _, start := range []struct{ bytes, x int }{{0, x0}, {1, 0}} {
		if start.x == cols {
			continue // BS and CUB move by one or two columns from a pending wrap
		}
		horizontal, repeated := 0, false
		switch n := x - start.x; {
		case n < 0 && n >= -4:
			horizontal, repeated = -n, true
		case n != 0:
			horizontal = shortestStep(max(n, -n), x, basic)
		}
		vertical := 0
		switch n := y - y0; {
		case n > 0 && n <= 4 && !repeated:
			vertical = n
		case n != 0:
			vertical = shortestStep(max(n, -n), y, basic)
		}
		best = min(best, start.bytes+horizontal+vertical)
	}
	return best
}

// shortestStep returns the length of a relative movement by n or of an absolute one to at.
func shortestStep(n, at int, basic bool) int {
	size := len("\x1b[C")
	if n > 1 {
		size += len(fmt.Sprint(n))
	}
	if absolute := len("\x1b[G") + len(fmt.Sprint(at+1)); !basic && at > 0 {
		size = min(size, absolute)
	} else if !basic {
		size = min(size, len("\x1b[G"))
	}
	return size
}

func TestRepeatIsShortest(t *testing.T) {
	s := NewScreen(200, 1)
	for _, c := range "xé─" {
		size := len(string(c))
		for n := 1; n <= 120; n++ {
			d := newDiffer(nil, s, s, Full())
			d.printRun(Cell(c), n)
			want := size * n
			if n > 1 {
				want = min(want, size+len(fmt.Sprintf("\x1b[%db", n-1)))
			}
			if len(d.out) != want {
				t.Errorf("%d times %q: %q, possible in %d bytes", n, c, d.out, want)
			}
		}
	}
}

// TestDiffAtThresholds has changes on both sides of the points at which a diff takes
// another way.
func TestDiffAtThresholds(t *testing.T) {
	row := func(text string) *Screen {
		return textScreen(40, 3, text, strings.Repeat("=", 40), strings.Repeat("=", 40))
	}
	for _, c := range []struct {
		name, from, to, want string
		d                    Dialect
	}{
		{"three unchanged cells are printed", "abcdefgh", "AbcdEfgh", "AbcdE\r", Stock()},
		{"four unchanged cells are skipped", "abcdefgh", "AbcdeFgh", "A\x1b[4CF\r", Stock()},
		{"three blanks at the end are printed", strings.Repeat("x", 40), strings.Repeat("x", 37), "\x1b[37C   \r", Stock()},
		{"four blanks at the end are erased", strings.Repeat("x", 40), strings.Repeat("x", 36), "\x1b[36C\x1b[K\r", Stock()},
		{"eight blanks inside are printed", strings.Repeat("x", 20), "a" + strings.Repeat(" ", 8) + "b" + strings.Repeat("x", 10), "a        b\r", Stock()},
		{"nine blanks inside are erased", strings.Repeat("x", 20), "a" + strings.Repeat(" ", 9) + "b" + strings.Repeat("x", 9), "a\x1b[9X\x1b[9Cb\r", Stock()},
		{"blanks inside are repeated", strings.Repeat("x", 20), "a" + strings.Repeat(" ", 9) + "b" + strings.Repeat("x", 9), "a \x1b[8bb\r", Full()},
		{"the last four blanks are printed", strings.Repeat("x", 20), "a" + strings.Repeat(" ", 4) + strings.Repeat("x", 15), "a    \r", Stock()},
		{"the last five blanks are erased", strings.Repeat("x", 20), "a" + strings.Repeat(" ", 5) + strings.Repeat("x", 14), "a\x1b[5X\b", Stock()},
		{"a shift by eight columns", "0123456789abcdefghijkl", "--------0123456789abcdefghijkl", "\x1b[8@--------\r", Stock()},
		{"no shift by nine columns", "0123456789abcdefghijkl", "---------0123456789abcdefghijkl", "---------0123456789abcdefghijkl\r", Stock()},
		{"a shift that saves nine bytes", "0123456789", "-0123456789", "\x1b[@-\b", Stock()},
		{"no shift that saves seven bytes", "01234567", "-01234567", "-01234567\r", Stock()},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, to := row(c.from), row(c.to)
			if got := string(AppendDiff(nil, from, to, c.d)); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestScrollThreshold moves a text by a row. A scroll with margins costs 18 bytes and saves
// twice the length of the text.
func TestScrollThreshold(t *testing.T) {
	fixed := strings.Repeat("=", 60)
	for n, scrolls := range map[int]bool{8: false, 9: false, 10: true, 20: true} {
		text := "0123456789abcdefghijklmnop"[:n]
		from := textScreen(60, 7, fixed, fixed, "", text, fixed, fixed, fixed)
		to := textScreen(60, 7, fixed, fixed, text, "", fixed, fixed, fixed)
		if got := AppendDiff(nil, from, to, Stock()); strings.Contains(string(got), "\x1b[r") != scrolls {
			t.Errorf("%d columns: %q", n, got)
		}
	}
}

// TestScrollLimit scrolls one region more than one diff may, each by another number of rows.
func TestScrollLimit(t *testing.T) {
	var before, after []string
	for pane := range maxScrolls + 1 {
		var lines []string
		for y := range 20 {
			lines = append(lines, strings.Repeat(string(rune(0x100+20*pane+y)), 30))
		}
		before = append(append(before, lines[:10]...), strings.Repeat("=", 40))
		after = append(append(after, lines[pane+1:pane+11]...), strings.Repeat("=", 40))
	}
	from, to := textScreen(40, len(before), before...), textScreen(40, len(after), after...)
	got := AppendDiff(nil, from, to, Stock())
	if n := len(regexp.MustCompile("\x1b\\[[0-9]*[STML]").FindAll(got, -1)); n != maxScrolls {
		t.Errorf("%d scrolls, want %d: %q", n, maxScrolls, got)
	}
}

// TestEraseThreshold clears rows at the bottom: ED needs two of them.
func TestEraseThreshold(t *testing.T) {
	for n, want := range map[int]string{1: "\n\n\x1b[K\x1b[d", 2: "\n\x1b[J\x1b[A"} {
		lines := []string{"text", "text", "text"}
		if got := string(AppendDiff(nil, textScreen(20, 3, lines...), textScreen(20, 3, lines[:3-n]...), Stock())); got != want {
			t.Errorf("%d rows: %q, want %q", n, got, want)
		}
	}
}

// TestClearBeatsErasing checks that a diff starts from a cleared screen if that is shorter
// than erasing many parts, and never in the user's terminal.
func TestClearBeatsErasing(t *testing.T) {
	var full, sparse []string
	for y := range 24 {
		full = append(full, strings.Repeat(fmt.Sprintf("%d:abcdefg ", y), 8)[:79])
		sparse = append(sparse, full[y][:y%3])
	}
	from, to := textScreen(80, 24, full...), textScreen(80, 24, sparse...)
	if got := string(AppendDiff(nil, from, to, Stock())); !strings.Contains(got, "\x1b[2J") {
		t.Errorf("%q", got)
	}
	if got := string(AppendDiff(nil, from, to, UserTerminal("xterm", ""))); strings.Contains(got, "\x1b[2J") {
		t.Errorf("the user's terminal is cleared: %q", got)
	}
}

// TestColorListsAreCut checks that no OSC sets or resets more than colorsAtOnce colours.
func TestColorListsAreCut(t *testing.T) {
	for n, want := range map[int]int{1: 1, colorsAtOnce: 1, colorsAtOnce + 1: 2, 2*colorsAtOnce + 1: 3} {
		from, to := NewScreen(10, 2), NewScreen(10, 2)
		for slot := range n {
			to.setColor(slot, RGBColor(1, 2, 3))
		}
		set, reset := string(AppendDiff(nil, from, to, Full())), string(AppendDiff(nil, to, from, Full()))
		if strings.Count(set, "\x1b]4;") != want || strings.Count(reset, "\x1b]104;") != want {
			t.Errorf("%d colours: %q, %q", n, set, reset)
		}
	}
}
