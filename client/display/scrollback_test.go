package display

import (
	"fmt"
	"strings"
	"testing"

	"gm/vt"
)

// transcript returns the lines of a terminal's scrollback and its screen.
func transcript(s *vt.Screen) string {
	var b strings.Builder
	for n, end := s.History(); n < end; n++ {
		cells, wrapped, kept := s.AppendHistory(nil, n)
		if !kept {
			continue
		}
		var text []byte
		for _, c := range cells {
			text = s.AppendText(text, c)
		}
		b.Write(text)
		if !wrapped {
			b.WriteByte('\n')
		}
	}
	b.WriteString(s.Text())
	return b.String()
}

func TestScrollbackHasEachLine(t *testing.T) {
	program := vt.NewTerminal(80, 24, vt.Options{History: 1000})
	user := vt.NewTerminal(80, 24, vt.Options{History: 1000})
	d := New(vt.UserTerminal("xterm-256color", ""))
	d.UseScrollback("")
	user.Write(d.Start(nil, 80, 24))
	user.Write(d.Locate(nil, 80, 24, user.Snapshot().Cursor.Y, true))
	frame := func() {
		s := program.Snapshot()
		_, end := s.History()
		off := ScrolledOff{Screen: s, Top: end}
		user.Write(d.Frame(nil, s, off))
		for d.Behind(off) {
			user.Write(d.Frame(nil, s, off))
		}
	}
	frame()
	var want []string
	for i := range 300 {
		line := fmt.Sprintf("line %d", i)
		fmt.Fprintf(program, "%s\r\n", line)
		want = append(want, line)
		if i < 20 {
			frame()
		}
	}
	frame()
	got := strings.Split(transcript(user.Snapshot()), "\n")
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("of %d lines, want %d, line %d differs: %q", len(got), len(want), i, got[i:])
		}
	}
}

// TestSessionBeginsBelow begins and ends a session in the middle of the window.
func TestSessionBeginsBelow(t *testing.T) {
	user, program := vt.NewTerminal(20, 8, vt.Options{History: 100}), vt.NewTerminal(20, 8, vt.Options{History: 100})
	user.Write([]byte("before\r\n$ gm\r\n"))
	d := New(vt.UserTerminal("xterm-256color", ""))
	d.UseScrollback("")
	user.Write(d.Start(nil, 20, 8))
	user.Write(d.Locate(nil, 20, 8, user.Snapshot().Cursor.Y, true))
	program.Write([]byte("gone\r\n"))
	user.Write(d.Frame(nil, program.Snapshot(), ScrolledOff{Screen: program.Snapshot()}))
	over := program.Snapshot()
	over.DrawText(0, 0, "gm: Exiting", vt.Rendition{})
	user.Write(d.Frame(nil, over, ScrolledOff{Screen: program.Snapshot()}))
	if got := user.Snapshot().Text(); got != "before\n$ gm\ngm: Exiting" {
		t.Errorf("with a bar: %q", got)
	}
	d.FinalScreen = program.Snapshot()
	user.Write(d.Stop(nil))
	user.Write([]byte("end"))
	if got := user.Snapshot().Text(); got != "before\n$ gm\ngone\nend" {
		t.Errorf("left: %q", got)
	}
}

// TestLinesHaveArrived: a line of several rows waits for those that have not arrived, and
// lines that were dropped are not awaited.
func TestLinesHaveArrived(t *testing.T) {
	term := vt.NewTerminal(10, 2, vt.Options{History: 1000})
	fmt.Fprintf(term, "one\r\ntwo\r\n%s", strings.Repeat("x", 45)) // lines 0, 1 and 2 to 4, and two rows
	long := vt.NewTerminal(10, 2, vt.Options{History: 1000})
	long.Write([]byte(strings.Repeat("x", 10*(lineRows+20))))
	dropped := vt.NewTerminal(10, 2, vt.Options{History: 1000})
	dropped.SkipHistory(50)
	for name, c := range map[string]struct {
		screen    *vt.Screen
		next, top uint64
		want      uint64
	}{
		"all":                  {term.Snapshot(), 0, 5, 5},
		"not all of a line":    {term.Snapshot(), 0, 9, 2},
		"nothing of a line":    {term.Snapshot(), 2, 9, 2},
		"the rest of a line":   {term.Snapshot(), 3, 9, 3},
		"a line without end":   {long.Snapshot(), 0, 1000, lineRows + 18},
		"dropped lines":        {dropped.Snapshot(), 0, 50, 0},
		"more dropped lines":   {dropped.Snapshot(), 7, 90, 7},
		"nothing has scrolled": {vt.NewScreen(10, 2), 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := &scrollback{next: c.next}
			off := ScrolledOff{Screen: c.screen, Top: c.top}
			if got := b.arrived(off); got != c.want {
				t.Errorf("lines up to %d have arrived, want %d", got, c.want)
			}
			d := &Display{scrollback: b}
			if got := d.Behind(off); got != (c.want > c.next) {
				t.Errorf("behind: %t", got)
			}
		})
	}
}

// TestSwitchLeavesNoPictures checks that the main screen has no placeholders while the
// alternate one is shown, nor at the end: their pictures are deleted then.
func TestSwitchLeavesNoPictures(t *testing.T) {
	for name, alternate := range map[string]bool{"switch": true, "end": false} {
		t.Run(name, func(t *testing.T) {
			program := vt.NewTerminal(20, 6, vt.Options{Pictures: true})
			program.SetCapabilities(vt.Capabilities{Features: vt.FeaturePictures, Cell: vt.Pixels{Width: 8, Height: 10}})
			program.Write([]byte("above\r\n\x1b_Ga=T,f=24,s=1,v=1,c=3,r=2,q=2;AAAA\x1b\\"))
			user := vt.NewTerminal(20, 6, vt.Options{History: 100})
			dialect := vt.UserTerminal("xterm-kitty", "truecolor")
			dialect.Pictures, dialect.PictureIDs = true, 3
			d := New(dialect)
			d.UseScrollback("")
			user.Write(d.Start(nil, 20, 6))
			user.Write(d.Locate(nil, 20, 6, user.Snapshot().Cursor.Y, true))
			s := program.Snapshot()
			off := ScrolledOff{Screen: s}
			user.Write(d.Frame(nil, s, off))
			if d.Switches(off) || len(user.Snapshot().Pictures()) != 1 {
				t.Fatalf("%q has %v", user.Snapshot().Text(), user.Snapshot().Pictures())
			}
			if off.Alternate = alternate; alternate {
				if !d.Switches(off) {
					t.Error("the switch is not announced")
				}
				user.Write(d.Frame(nil, vt.NewScreen(20, 6), off))
				user.Write([]byte(leaveAlternate))
			} else {
				user.Write(d.Stop(nil))
			}
			if after := user.Snapshot(); len(after.Pictures()) > 0 || !strings.Contains(after.Text(), "above") {
				t.Errorf("%q has %v", after.Text(), after.Pictures())
			}
		})
	}
}
