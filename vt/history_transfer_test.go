package vt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestHistoryTextIsRead sends the lines of random programs as text: the receiver has the
// same lines.
func TestHistoryTextIsRead(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			sender := NewTerminal(5+r.IntN(30), 2+r.IntN(5), Options{History: 1000})
			sender.Write(randomInput(r, 400))
			s := sender.Snapshot()
			d := Full()
			d.ExplicitWidths = true
			first, end := s.History()
			text := s.AppendHistoryText(nil, first, end, d)
			blank := NewScreen(s.Size())
			blank.KeepHistory(1000)
			receiver := Resume(blank)
			for len(text) > 0 {
				n := min(1+r.IntN(20), len(text))
				receiver.WriteHistory(text[:n])
				text = text[n:]
			}
			got := receiver.Snapshot()
			if got, want := historyText(got), historyText(s); got != want {
				t.Fatalf("%q, want %q", got, want)
			}
			e := newCellComparer(got, s, Full())
			for n := first; n < end; n++ {
				a, _, _ := got.AppendHistory(nil, n-first)
				b, _, _ := s.AppendHistory(nil, n)
				for x := range min(len(a), len(b)) {
					if !e.same(a[x], b[x]) {
						t.Fatalf("line %d, column %d: %+v, want %+v", n, x, got.Rendition(a[x]), s.Rendition(b[x]))
					}
				}
			}
		})
	}
}

func TestHistoryRow(t *testing.T) {
	term := typedInto(NewTerminal(10, 4, Options{History: 100}), "a\r\nb\r\n\x1b[31mc\r\n0123456789wrapped")
	base := term.Snapshot()
	term.Write([]byte("\x1b[1;1HA\x1b[4;1H\r\n\r\n\r\n"))
	s := term.Snapshot()
	for n, want := range []struct {
		y           int
		wrapped, ok bool
	}{{0, false, true}, {1, false, true}, {2, true, true}} {
		first, _ := base.History()
		_, end := base.History()
		y, wrapped, ok := s.HistoryRow(base, end+uint64(n), Full())
		if n == 0 {
			want.ok = false // it has changed
		}
		if ok != want.ok || ok && (y != want.y || wrapped != want.wrapped) {
			t.Errorf("line %d from %d: row %d, wrapped %v, %v, want %+v\n%s", n, first, y, wrapped, ok, want, historyText(s))
		}
	}
	if _, _, ok := s.HistoryRow(base, 1000, Full()); ok {
		t.Error("a line that does not exist is a row")
	}
}

func TestHistoryRun(t *testing.T) {
	s := NewScreen(10, 4)
	s.KeepHistory(100)
	term := Resume(s)
	for _, first := range []uint64{0, 10, 20} {
		term.SkipHistory(first)
		term.WriteHistory([]byte("a\nb\nc\n"))
	}
	term.SkipHistory(5) // below
	s = term.Snapshot()
	for n, want := range map[uint64][2]uint64{0: {0, 3}, 2: {2, 3}, 3: {10, 13}, 12: {12, 13}, 13: {20, 23}, 23: {23, 23}, 99: {23, 23}} {
		if first, end := s.HistoryRun(n); first != want[0] || end != want[1] {
			t.Errorf("from %d: %d to %d, want %v", n, first, end, want)
		}
	}
	if end := s.HistoryWithin(0, 1); end != 1 {
		t.Errorf("within a byte: up to %d", end)
	}
	if end := s.HistoryWithin(0, 1000); end != 23 {
		t.Errorf("within 1000 bytes: up to %d", end)
	}
}

// TestErasedScreens: ED 2 adds the main screen to the history if that was allowed, and
// not the same screen twice.
func TestErasedScreens(t *testing.T) {
	for name, c := range map[string]struct{ input, want string }{
		"once":             {"a\r\nb\x1b[2J\x1b[Hc\x1b[2J", "a\nb"},
		"nothing":          {"\x1b[2J", ""},
		"from home":        {"a\x1b[H\x1b[J", ""},
		"selective":        {"a\x1b[?2J", ""},
		"alternate screen": {"a\x1b[?1049hb\x1b[2J", ""},
		"blank end":        {"a\r\n\r\n\x1b[2J", "a"},
	} {
		t.Run(name, func(t *testing.T) {
			term := NewTerminal(10, 4, Options{History: 100})
			term.AllowErased()
			typedInto(term, c.input)
			if got := historyText(term.screen); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	term := NewTerminal(10, 4, Options{History: 100})
	for range 3 {
		term.AllowErased()
		typedInto(term, "\x1b[Hsame\x1b[2J")
	}
	if got := historyText(term.screen); got != "same" {
		t.Errorf("the same screen again: %q", got)
	}
}

// TestScrollOff moves the rows out that a user's terminal has moved out, counted in text.
func TestScrollOff(t *testing.T) {
	const text = "one\r\ntwo\r\n0123456789012\r\nfour\r\nfive"
	for name, c := range map[string]struct {
		before  string // scrolls lines off first
		from    uint64
		span    Span
		history string
		screen  string
	}{
		"nothing":            {"", 0, Span{}, "", "one\ntwo\n0123456789\n012\nfour\nfive"},
		"lines":              {"", 0, Span{Lines: 2}, "one\ntwo", "0123456789\n012\nfour\nfive"},
		"part of a line":     {"", 0, Span{Lines: 2, Cells: 10}, "one\ntwo\n0123456789\\", "012\nfour\nfive"},
		"less than a row":    {"", 0, Span{Lines: 2, Cells: 5}, "one\ntwo", "0123456789\n012\nfour\nfive"},
		"the cursor's row":   {"", 0, Span{Lines: 9}, "one\ntwo\n0123456789\\\n012\nfour", "five"},
		"with lines before":  {"x\r\n", 0, Span{Lines: 2}, "x\none", "two\n0123456789\n012\nfour\nfive"},
		"after lines before": {"x\r\n", 1, Span{Lines: 1}, "x\none", "two\n0123456789\n012\nfour\nfive"},
	} {
		t.Run(name, func(t *testing.T) {
			term := typedInto(NewTerminal(10, 6, Options{History: 100}), c.before+text)
			term.ScrollOff(c.from, c.span)
			if got := historyText(term.screen); got != c.history {
				t.Errorf("history %q, want %q", got, c.history)
			}
			if got := term.Snapshot().Text(); got != c.screen {
				t.Errorf("screen %q, want %q", got, c.screen)
			}
			if y := term.screen.Cursor.Y; y != strings.Count(c.screen, "\n") {
				t.Errorf("the cursor is in row %d", y)
			}
		})
	}
}

// TestSpanOfRows: the length of some rows of another width covers the rows of that length.
func TestSpanOfRows(t *testing.T) {
	s := typedInto(NewTerminal(80, 20, Options{}), "one\r\n0123456789012345678\r\n\r\nfour\r\n").Snapshot()
	for _, cols := range []int{3, 5, 7, 80} {
		for rows := range 8 {
			span := s.SpanOfRows(nil, cols, rows)
			wide := NewTerminal(cols, 20, Options{History: 100})
			wide.Write([]byte("one\r\n0123456789012345678\r\n\r\nfour\r\n"))
			if got, _ := wide.Snapshot().RowsOfSpan(span); got != min(rows, wide.screen.Cursor.Y) {
				t.Errorf("%d columns, %d rows: %+v, which are %d rows", cols, rows, span, got)
			}
		}
	}
}
