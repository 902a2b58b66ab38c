package client

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
)

func TestCheckScrollback(t *testing.T) {
	for name, c := range map[string]struct {
		options options
		want    string
	}{
		"default":  {options{}, ""},
		"native":   {options{scrollback: "native", scrollbackLines: vt.MaxHistory}, ""},
		"off":      {options{scrollback: "off"}, ""},
		"unknown":  {options{scrollback: "on"}, `--scrollback is native or off, not "on"`},
		"negative": {options{scrollbackLines: -1}, "--scrollback-lines is at most 100000, not -1"},
		"many":     {options{scrollbackLines: vt.MaxHistory + 1}, "--scrollback-lines is at most 100000, not 100001"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if err := c.options.checkScrollback("--scrollback"); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestRowOfTheCursor asks for the row of the cursor after a resize, among keys.
func TestRowOfTheCursor(t *testing.T) {
	for name, c := range map[string]struct {
		input []string
		row   int
		keys  string
	}{
		"a reply":           {[]string{"\x1b[7;12R"}, 7, ""},
		"among keys":        {[]string{"a\x1b[7;12Rb"}, 7, "ab"},
		"in pieces":         {[]string{"\x1b", "[7", ";1", "2R"}, 7, ""},
		"beside other keys": {[]string{"\x1b[A\x1b[3;1R\x1b[B"}, 3, "\x1b[A\x1b[B"},
		"once":              {[]string{"\x1b[7;12R", "\x1b[1;5R"}, 7, "\x1b[1;5R"}, // the second is Ctrl-F3
		"none":              {[]string{"abc"}, 0, "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			q := new(termQuery)
			if ask := q.askRow(ms(0)); ask != "\x1b[6n" {
				t.Fatalf("the query is %q", ask)
			}
			keys := q.reads(ms(1), c.input...)
			keys += string(q.flush(ms(1).Add(partialReplyTimeout)))
			if q.row != c.row || keys != c.keys {
				t.Errorf("row %d and keys %q, want %d and %q", q.row, keys, c.row, c.keys)
			}
			if q.rowUntil.IsZero() != (c.row > 0) {
				t.Errorf("the reply is awaited until %v", q.rowUntil)
			}
		})
	}
}

// TestRowOfTheCursorIsAskedAgain asks again before the terminal has replied: the last
// report counts.
func TestRowOfTheCursorIsAskedAgain(t *testing.T) {
	q := new(termQuery)
	q.askRow(ms(0))
	q.askRow(ms(10))
	if keys := q.reads(ms(11), "\x1b[7;12R"); keys != "" || q.row != 0 || q.rowUntil.IsZero() {
		t.Errorf("keys %q and row %d after the first report", keys, q.row)
	}
	if keys := q.reads(ms(12), "\x1b[5;1R"); keys != "" || q.row != 5 || !q.rowUntil.IsZero() {
		t.Errorf("keys %q and row %d after the second report", keys, q.row)
	}
	q.askRow(ms(20))
	q.askRow(ms(20).Add(rowTimeout)) // the report before is not expected any more
	if keys := q.reads(ms(21).Add(rowTimeout), "\x1b[3;1R"); keys != "" || q.row != 3 {
		t.Errorf("keys %q and row %d after a report that was late", keys, q.row)
	}
}

// TestResizedWindowWaits: there is no frame until the window has kept its size and the
// session has that size, but not longer than resizePatience, and until the terminal has
// reported the row of the cursor, but not longer than rowTimeout.
func TestResizedWindowWaits(t *testing.T) {
	for _, replies := range []bool{true, false} {
		for _, follows := range []bool{true, false} {
			t.Run(fmt.Sprintf("reply=%v,session=%v", replies, follows), func(t *testing.T) {
				w := protocolWorld(t, "text")
				l := scrollbackLoop(t, w)
				now := w.Now
				l.handleSystem(now, systemResized)
				if l.paint(now) || l.written() != nil {
					t.Fatal("the window is painted at once")
				}
				due := now.Add(resizePatience)
				if follows {
					w.program.Resize(w.client.cols, w.client.rows)
					w.prints("\x1b[Htext")
					w.Run(resizeSettle - time.Millisecond)
					due = now.Add(resizeSettle)
				}
				if l.paint(w.Now) || l.written() != nil {
					t.Fatal("the terminal is asked while its size may change")
				}
				if at := l.locateDeadline(); !at.Equal(due) {
					t.Fatalf("asked %v after the resize", at.Sub(now))
				}
				now = due
				if l.paint(now); string(l.written()) != "\x1b[6n" {
					t.Fatal("the terminal is not asked")
				}
				if l.paint(now) || l.written() != nil {
					t.Fatal("painted before the reply")
				}
				if replies {
					l.query.filter(now, []byte("\x1b[1;5R"))
				} else {
					now = l.locateDeadline()
				}
				for range 2 { // the first may undo what the terminal has scrolled
					l.paint(now)
					if strings.Contains(string(l.written()), "text") {
						return
					}
				}
				t.Error("not painted")
			})
		}
	}
}

// scrollbackLoop returns a loop whose first frame is painted on the main screen.
func scrollbackLoop(t *testing.T, w *world) *loop {
	t.Helper()
	l, _ := pipeLoop(t, w)
	l.written()
	l.display.UseScrollback("")
	l.display.Start(nil, worldCols, worldRows)
	l.display.Locate(nil, worldCols, worldRows, 0, true)
	l.paint(w.Now)
	if !strings.Contains(string(l.written()), "text") {
		t.Fatal("the first frame is not painted")
	}
	return l
}
