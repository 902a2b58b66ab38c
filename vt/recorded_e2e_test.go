//go:build e2e

package vt

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt/oracle"
	"gm/vt/recording"
)

// TestRecordedPrograms compares the screens of real programs with xterm's for the
// same output.
func TestRecordedPrograms(t *testing.T) {
	x := oracle.Start(t, 80, 24)
	for _, r := range recordings(t) {
		if strings.HasPrefix(r.Name, "vttest") {
			continue // has a test of its own
		}
		t.Run(r.Name, func(t *testing.T) {
			x.Reset()
			x.Resize(r.Cols, r.Rows)
			term := NewTerminal(r.Cols, r.Rows, Options{})
			for i, e := range r.Events {
				playBoth(x, term, e)
				if i%(len(r.Events)/looks+1) == 0 || i == len(r.Events)-1 {
					compareRecorded(t, x, term, i)
				}
			}
		})
	}
}

// playBoth applies an event to both terminals. When a screen becomes smaller, gm
// cuts it as mosh does. xterm scrolls to keep the cursor in it and keeps the hidden
// columns, so the cursor moves to the first row and the columns are blanked before.
// Mode 2027 is not sent to xterm.
func playBoth(x *oracle.XTerm, term *Terminal, e recording.Event) {
	if e.Cols > 0 {
		at := term.screen.Cursor
		cols, rows := term.screen.Size()
		x.Write(fmt.Appendf(nil, "\x1b[1;%d;%d;%d$z\x1b[H", e.Cols+1, rows, cols))
		x.Resize(e.Cols, e.Rows)
		term.Resize(e.Cols, e.Rows)
		back := fmt.Appendf(nil, "\x1b[%d;%dH", at.Y+1, at.X+1)
		x.Write(back)
		term.Write(back)
	}
	output := bytes.ReplaceAll(e.Output, []byte("\x1b[?2027h"), nil)
	x.Write(output)
	term.Write(output)
}

// TestVttest compares each screen of vttest's menus 1, 2, 3.8, 8 and 11.5 with
// xterm's, and those of menu 3 with each set in G0 to G3.
func TestVttest(t *testing.T) {
	screens := 0
	for _, r := range recordings(t) {
		if !strings.HasPrefix(r.Name, "vttest") {
			continue
		}
		x := oracle.Start(t, 80, 24) // a new one, as NRC mode leaves its traces in xterm
		term := NewTerminal(r.Cols, r.Rows, Options{})
		for i, f := range r.Frames(100 * time.Millisecond) {
			// The user's window stays as wide as it is (mode 40 lets DECCOLM
			// change that).
			f.Output = bytes.ReplaceAll(f.Output, []byte("\x1b[?40h"), nil)
			playBoth(x, term, f)
			compareRecorded(t, x, term, i)
			screens++
		}
	}
	if screens < 45 {
		t.Errorf("%d screens", screens)
	}
	t.Log(screens)
}

func compareRecorded(t *testing.T, x *oracle.XTerm, term *Terminal, event int) {
	t.Helper()
	cols, rows := term.screen.Size()
	term.TakeReplies(nil)
	term.Write([]byte("\x18\x1b[6n")) // as xterm gets it
	page := x.Look()
	want := seen(printed(page, cols, rows), cols, rows) + page.Cursor
	cursor := strings.Trim(string(term.TakeReplies(nil)), "\x1b[R")
	if got := seen(term.screen, cols, rows) + cursor; got != want {
		t.Errorf("event %d\ngm:\n%s\nxterm:\n%s", event, got, want)
	}
}
