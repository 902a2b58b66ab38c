package vt

import (
	"fmt"
	"strings"
	"testing"
)

// TestDiffOfLargeScreens covers screens beyond the size for which a diff needs no heap
// memory.
func TestDiffOfLargeScreens(t *testing.T) {
	for _, size := range [][2]int{{maxShiftCols, stackRows}, {maxShiftCols + 1, stackRows + 1}, {2, MaxRows}, {MaxCols, 1}, {2, 1}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			for seed := range uint64(3) {
				p := newPainter(seed)
				a := p.descend(NewScreen(size[0], size[1]), 60)
				b := p.descend(a, 30)
				for _, d := range []Dialect{Stock(), Full()} {
					checkDiff(t, a, b, d)
					checkDiff(t, b, a, d)
				}
			}
		})
	}
}

func TestDiffDoesNotAllocate(t *testing.T) {
	term := NewTerminal(80, 24, Options{})
	term.Write([]byte(fullScreen(true, 0)))
	from := term.Snapshot()
	term.Write([]byte("\r\nmore\x1b[5;5H\x1b[@x\x1b[32m世界 e\u0301"))
	scrolled := term.Snapshot()
	term.Write([]byte("\x1b[H" + fullScreen(true, 100)))
	for name, to := range map[string]*Screen{"nothing": from, "a scroll": scrolled, "everything": term.Snapshot()} {
		t.Run(name, func(t *testing.T) {
			dst := AppendDiff(nil, from, to, Stock())
			if n := testing.AllocsPerRun(10, func() { dst = AppendDiff(dst[:0], from, to, Stock()) }); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

func TestLongTitlesAreCut(t *testing.T) {
	from, to := NewScreen(10, 2), NewScreen(10, 2)
	to.Title, to.TitleSet = strings.Repeat("é", maxTitle+1), true
	to.Icon = "a\x1bb\ac\u009cd"
	want := "\x1b]1;abcd\a\x1b]2;" + strings.Repeat("é", maxTitle) + "\a"
	if got := string(AppendDiff(nil, from, to, Stock())); got != want {
		t.Errorf("%q", got)
	}
}

// TestDiffWrapsLines checks that a line that wraps in the program's terminal wraps in
// the receiver's, where it is copied as one line.
func TestDiffWrapsLines(t *testing.T) {
	long := strings.Repeat("0123456789", 3)
	for name, d := range terminalDialects() {
		for _, chunk := range []int{1, 3, len(long)} {
			term := NewTerminal(12, 5, Options{})
			shown := term.Snapshot()
			sent := shown
			for text := long; text != ""; {
				n := min(chunk, len(text))
				term.Write([]byte(text[:n]))
				text = text[n:]
				next := term.Snapshot()
				shown = resumed(t, shown, AppendDiff(nil, sent, next, d), 12, 5)
				sent = next
			}
			if !shown.Wrapped(0) || !shown.Wrapped(1) || shown.Wrapped(2) {
				t.Errorf("%s, %d at a time: the lines are not one", name, chunk)
			}
		}
	}
}

// TestDiffWrapsBeforeWideCharacters checks that a wide character that does not fit at the
// right edge wraps in a receiver that wraps it as the emulator does.
func TestDiffWrapsBeforeWideCharacters(t *testing.T) {
	term := NewTerminal(6, 3, Options{})
	term.Write([]byte("12345"))
	before := term.Snapshot()
	term.Write([]byte("中文"))
	for name, wraps := range map[string]bool{"stock": false, "full": true, "xterm-256color": false, "scrollback": true} {
		d, known := terminalDialects()[name]
		if !known {
			d = scrollbackDialect()
		}
		for _, from := range []*Screen{NewScreen(6, 3), before} {
			shown := resumed(t, from, AppendDiff(nil, from, term.Snapshot(), d), 6, 3)
			if shown.Wrapped(0) != wraps || shown.RowText(1) != "中文" {
				t.Errorf("%s: wrapped: %t, %q", name, shown.Wrapped(0), shown.Text())
			}
		}
	}
}

func TestDiffKeepsPendingWrap(t *testing.T) {
	from, term := NewScreen(10, 3), NewTerminal(10, 3, Options{})
	term.Write([]byte("0123456789"))
	if diff := AppendDiff(nil, from, term.Snapshot(), Stock()); string(diff) != "0123456789" {
		t.Errorf("%q", diff)
	}
}

// TestDiffAroundAmbiguousWidths checks that a character of ambiguous width is followed
// by an absolute move, that the cells it may overlap are printed again, and that it
// does not wrap at the edge.
func TestDiffAroundAmbiguousWidths(t *testing.T) {
	for _, c := range []struct {
		from, to, want string
	}{
		{"", "a☰b", "a☰\x1b[1;4Hb\r"},
		{"a☰b", "a☰c", "\x1b[3Cc\r"},
		{"a...b", "a☰.b", "a☰\x1b[H"},
		{"a-bc", "a\u00adbc", "a\u00ad\x1b[1;3Hb\r"},
		{"", "12345678☰", "12345678☰\x1b[H"},
		{"", "123456789\u00ad", "123456789\x1b[?7l\u00ad\x1b[?7h\x1b[H"},
		{"", "世界", "世界\r"},
	} {
		t.Run(fmt.Sprintf("%q to %q", c.from, c.to), func(t *testing.T) {
			from, to := textScreen(10, 1, c.from), textScreen(10, 1, c.to)
			diff := AppendDiff(nil, from, to, Stock())
			if string(diff) != c.want {
				t.Errorf("%q, want %q", diff, c.want)
			}
			got, err := receiveDiff(from, diff, Stock())
			if err != nil {
				t.Error(err)
			} else if !got.EqualIn(to, Stock()) {
				t.Errorf("the receiver shows %q", rowText(got, 0))
			}
		})
	}
}
