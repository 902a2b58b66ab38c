package client

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/state"
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

// askedRow are the queries for the row of the cursor and the size of the window.
const askedRow = cpr + cprAtCorner

// TestRowOfTheCursor asks for the row of the cursor after a resize, among keys.
func TestRowOfTheCursor(t *testing.T) {
	for name, c := range map[string]struct {
		input   []string
		located location
		keys    string
	}{
		"replies":           {[]string{"\x1b[7;12R\x1b[24;80R"}, location{7, 80, 24}, ""},
		"among keys":        {[]string{"a\x1b[7;12Rb\x1b[24;80Rc"}, location{7, 80, 24}, "abc"},
		"in pieces":         {[]string{"\x1b", "[7", ";1", "2R\x1b[2", "4;80R"}, location{7, 80, 24}, ""},
		"beside other keys": {[]string{"\x1b[A\x1b[3;1R\x1b[B\x1b[9;99R"}, location{3, 99, 9}, "\x1b[A\x1b[B"},
		"once":              {[]string{"\x1b[7;12R\x1b[24;80R", "\x1b[1;5R"}, location{7, 80, 24}, "\x1b[1;5R"}, // the third is Ctrl-F3
		"one":               {[]string{"\x1b[7;12R"}, location{row: 7}, ""},
		"none":              {[]string{"abc"}, location{}, "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			q := new(termQuery)
			if ask := q.askRow(ms(0)); ask != askedRow {
				t.Fatalf("the query is %q", ask)
			}
			keys := q.reads(ms(1), c.input...)
			keys += string(q.flush(ms(1).Add(partialReplyTimeout)))
			if q.located != c.located || keys != c.keys {
				t.Errorf("%+v and keys %q, want %+v and %q", q.located, keys, c.located, c.keys)
			}
			if q.rowUntil.IsZero() != (c.located.rows > 0) {
				t.Errorf("the replies are awaited until %v", q.rowUntil)
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
	if keys := q.reads(ms(11), "\x1b[7;12R\x1b[24;80R"); keys != "" || q.located.rows != 0 || q.rowUntil.IsZero() {
		t.Errorf("keys %q and %+v after the first reports", keys, q.located)
	}
	if keys := q.reads(ms(12), "\x1b[5;1R\x1b[9;40R"); keys != "" || q.located != (location{5, 40, 9}) || !q.rowUntil.IsZero() {
		t.Errorf("keys %q and %+v after the second reports", keys, q.located)
	}
	q.askRow(ms(20))
	q.askRow(ms(20).Add(rowTimeout)) // the reports before are not expected any more
	if keys := q.reads(ms(21).Add(rowTimeout), "\x1b[3;1R\x1b[9;40R"); keys != "" || q.located != (location{3, 40, 9}) {
		t.Errorf("keys %q and %+v after reports that did not come", keys, q.located)
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
				early := due.Add(-time.Millisecond)
				if l.paint(early) || l.written() != nil {
					t.Fatal("the terminal is asked while its size may change")
				}
				if at := l.locateDeadline(); !at.Equal(due) {
					t.Fatalf("asked %v after the resize", at.Sub(now))
				}
				now = due
				if l.paint(now); string(l.written()) != askedRow {
					t.Fatal("the terminal is not asked")
				}
				if l.paint(now) || l.written() != nil {
					t.Fatal("painted before the reply")
				}
				if replies {
					l.query.filter(now, fmt.Appendf(nil, "\x1b[1;5R\x1b[%d;%dR", w.client.rows, w.client.cols))
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

// TestResizedTerminalIsAhead: while the terminal has another size than the kernel reports,
// it is asked again, but not longer than resizePatience.
func TestResizedTerminalIsAhead(t *testing.T) {
	w := protocolWorld(t, "text")
	l := scrollbackLoop(t, w)
	start := w.Now
	l.handleSystem(start, systemResized)
	w.program.Resize(w.client.cols, w.client.rows)
	w.prints("\x1b[Htext")
	w.Run(resizeSettle)
	asked := 0
	now := start.Add(resizeSettle)
	for l.paint(now); l.display.NeedsPosition(); l.paint(now) {
		if l.query.pending(now) {
			asked++
			l.written()
			l.query.filter(now, []byte("\x1b[1;5R\x1b[7;7R"))
		} else if now = l.locateDeadline(); !now.After(start) {
			t.Fatal("nothing is due")
		}
	}
	if end := start.Add(resizePatience); now.Before(end) || now.After(end.Add(resizeSettle)) || asked < 5 {
		t.Errorf("asked %d times, until %v after the resize", asked, now.Sub(start))
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

// TestLastLinesAreWritten ends a session with more lines than one frame moves into the
// scrollback, in a window whose cursor is not located. Lines that are not kept are not
// awaited.
func TestLastLinesAreWritten(t *testing.T) {
	const lines = 20 * worldRows
	for kept, want := range map[int]int{0: worldRows, 1000: lines} {
		t.Run(fmt.Sprint(kept, " kept"), func(t *testing.T) {
			s := plainSettings()
			s.historyLines = kept
			w := newWorld(t, "delay=50ms", s)
			w.program.SetHistory(1000, false)
			w.program.Resize(worldCols, worldRows)
			w.prints("text")
			w.Run(time.Second)
			l := scrollbackLoop(t, w)
			for i := range lines {
				fmt.Fprintf(w.program, "\r\nline %d.", i)
			}
			local := w.server.Local()
			local.Screen, local.Dialect = w.program.Snapshot(), vt.Full()
			_, end := local.Screen.History()
			local.History = state.History{End: end, Top: end}
			w.server.SetLocal(w.Now, local)
			w.Run(time.Second)
			text := l.lastText(t, w.Now)
			for i := range lines {
				if n := strings.Count(text, fmt.Sprintf("line %d.", i)); n > 1 || n == 0 && i >= lines-want {
					t.Errorf("line %d is there %d times", i, n)
				}
			}
		})
	}
}

// lastText writes the last frames after a resize, and returns the text of the terminal.
func (l *loop) lastText(t *testing.T, now time.Time) string {
	t.Helper()
	l.display.Resized()
	l.finalFrame = true
	l.setPhase(now, phaseReleasing)
	user := vt.NewTerminal(worldCols, worldRows, vt.Options{History: 1000})
	for frames := 0; l.finalFrame; frames++ {
		l.writeNext(now)
		output := string(l.written())
		if output == askedRow {
			l.query.filter(now, fmt.Appendf(nil, "\x1b[1;1R\x1b[%d;%dR", l.session.rows, l.session.cols))
		}
		if user.Write([]byte(output)); frames > 100 {
			t.Fatal("frames are written for ever")
		}
	}
	return historyText(user.Snapshot())
}

// historyText returns the rows of the history of s and of s.
func historyText(s *vt.Screen) string {
	var text []byte
	for n, end := s.History(); n < end; n++ {
		cells, _, _ := s.AppendHistory(nil, n)
		for _, c := range cells {
			text = s.AppendText(text, c)
		}
		text = append(text, '\n')
	}
	return string(text) + s.Text()
}
