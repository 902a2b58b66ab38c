package vt

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// scrollbackDialect is the dialect of a terminal that keeps scrollback.
func scrollbackDialect() Dialect {
	d := UserTerminal("xterm-256color", "")
	d.Scrollback = true
	return d
}

// TestRepaintWithScrollback repaints screens over those of others. If the first row
// continues a line above the window, the first column of the row is never erased.
func TestRepaintWithScrollback(t *testing.T) {
	for name, d := range dialects() {
		if !d.HideCursor { // not of a user's terminal
			continue
		}
		d.Scrollback = true
		for _, continuing := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s,continuing=%t", name, continuing), func(t *testing.T) {
				for seed := range uint64(100) {
					t.Log("seed", seed)
					p := newPainter(seed)
					cols, rows := 2+p.IntN(40), 1+p.IntN(10)
					was, to := p.descend(NewScreen(cols, rows), 30), p.descend(NewScreen(cols, rows), 30)
					to.SetText(0, 0, "x", 1, Rendition{})
					if continuing {
						to = to.Continuing()
					}
					repaint := checkRepaint(t, was, to, d)
					if erases := erasesFirstColumn(repaint); erases == continuing {
						t.Fatalf("erases the first column: %t: %q", erases, repaint)
					}
				}
			})
		}
	}
}

// erasesFirstColumn reports whether output erases column 0 of row 0.
func erasesFirstColumn(output []byte) bool {
	return regexp.MustCompile(`\x1b\[H(\x1b#5)?\x1b\[\d*[KXJ]`).Match(output)
}

// TestLinesArePartedByErasing paints two lines over the rows of one: tmux joins them unless
// the whole first row is erased.
func TestLinesArePartedByErasing(t *testing.T) {
	term := NewTerminal(10, 3, Options{})
	term.Write([]byte("a long line"))
	was := term.Snapshot()
	term.Write([]byte("\x1b[H\x1b[Jtwo lines.\r\nof text"))
	if diff := string(AppendDiff(nil, was, term.Snapshot(), scrollbackDialect())); !strings.Contains(diff, "\r\x1b[K") && !strings.Contains(diff, "\x1b[H\x1b[K") {
		t.Errorf("does not erase the first row: %q", diff)
	}
}

// TestChangedRowOfALineWrapsAgain changes a character in the first row of a line: foot parts
// the row from the next one unless the line wraps again.
func TestChangedRowOfALineWrapsAgain(t *testing.T) {
	term := NewTerminal(10, 3, Options{})
	term.Write([]byte("abcdefghijklm"))
	was := term.Snapshot()
	term.Write([]byte("\x1b[HA\x1b[3H"))
	if diff := string(AppendDiff(nil, was, term.Snapshot(), scrollbackDialect())); !strings.Contains(diff, "jk") {
		t.Errorf("the line does not wrap: %q", diff)
	}
}

// TestBlankRowsAreErasedByED scrolls lines off, and repaints: ED erases the rows below the
// text, which LF has left.
func TestBlankRowsAreErasedByED(t *testing.T) {
	term := NewTerminal(20, 6, Options{History: 100})
	term.SetHistory(100, false)
	term.Write([]byte("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\x1b[2;1H\x1b[J\x1b[H"))
	s := term.Snapshot()
	first, end := s.History()
	scrolled, _ := AppendScrolled(nil, NewScreen(20, 6), s, &Scrolled{Source: s, First: first, End: end}, scrollbackDialect())
	for name, output := range map[string][]byte{"scroll": scrolled, "repaint": AppendRepaint(nil, nil, s, scrollbackDialect())} {
		t.Run(name, func(t *testing.T) {
			if i := strings.LastIndex(string(output), "\x1b[2H\x1b[J"); i < 0 || strings.Contains(string(output)[i:], "\n") {
				t.Errorf("no ED after the last LF: %q", output)
			}
		})
	}
}

// TestNoLineFeedIntoContinuedRow changes the second row of a line, below the cursor: kitty
// parts the row from the first one if LF moves the cursor there.
func TestNoLineFeedIntoContinuedRow(t *testing.T) {
	term := NewTerminal(10, 3, Options{})
	term.Write([]byte("abcdefghijklm\x1b[1;2H"))
	was := term.Snapshot()
	term.Write([]byte("\x1b[2;2HL"))
	if diff := string(AppendDiff(nil, was, term.Snapshot(), scrollbackDialect())); strings.Contains(diff, "\n") || !strings.Contains(diff, "L") {
		t.Errorf("%q", diff)
	}
}

// TestSkipHistory skips lines that the terminal has, whole and in part.
func TestSkipHistory(t *testing.T) {
	term := NewTerminal(5, 2, Options{History: 100})
	term.SetHistory(100, false)
	term.Write([]byte("0123456789abc\r\n\r\nnext\r\nlast\r\n\r\n\r\n")) // rows of 5, 5, 3, 0, 4 and 4 cells
	s := term.Snapshot()
	first, end := s.History()
	if first != 0 || end < 6 {
		t.Fatalf("lines %d to %d", first, end)
	}
	for _, test := range []struct {
		span Span
		from uint64
		next uint64
		left Span
	}{
		{Span{}, 0, 0, Span{}},
		{Span{0, 3}, 0, 0, Span{0, 3}},
		{Span{0, 5}, 0, 1, Span{}},
		{Span{0, 7}, 0, 1, Span{0, 2}},
		{Span{0, 13}, 0, 3, Span{}},
		{Span{1, 0}, 0, 3, Span{}},
		{Span{2, 0}, 0, 4, Span{}},
		{Span{2, 1}, 0, 4, Span{0, 1}},
		{Span{3, 0}, 0, 5, Span{}},
		{Span{100, 2}, 0, end, Span{100 - int(end) + 2, 2}},
		{Span{0, 2}, 3, 3, Span{0, 2}}, // an empty line
	} {
		t.Run(fmt.Sprint(test.span), func(t *testing.T) {
			if next, left := s.SkipHistory(test.span, test.from, end); next != test.next || left != test.left {
				t.Errorf("next line %d, left %v; want %d and %v", next, left, test.next, test.left)
			}
		})
	}
}
