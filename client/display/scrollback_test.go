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
