package client

import (
	"fmt"
	"strings"
	"testing"

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

// TestResizedWindowWaits: there is no frame until the terminal has reported the row of the
// cursor, or has not for rowTimeout, and the window has kept its size.
func TestResizedWindowWaits(t *testing.T) {
	for _, replies := range []bool{true, false} {
		t.Run(fmt.Sprintf("reply=%v", replies), func(t *testing.T) {
			w := protocolWorld(t, "text")
			l := scrollbackLoop(t, w)
			now := w.Now
			l.handleSystem(now, systemResized)
			if l.paint(now) || l.written() != nil {
				t.Fatal("the window is painted at once")
			}
			if at := l.locateDeadline(); !at.Equal(now.Add(resizeSettle)) {
				t.Fatalf("asked %v after the resize", at.Sub(now))
			}
			now = now.Add(resizeSettle)
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
