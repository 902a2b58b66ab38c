package vt

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"
)

// TestMemSize checks that everything that enlarges a screen increases its size by
// at least as many bytes.
func TestMemSize(t *testing.T) {
	if unsafe.Sizeof(Cell(0)) != cellBytes || 2*unsafe.Sizeof(Rendition{}) > entryBytes || 2*unsafe.Sizeof(Link{}) > entryBytes || unsafe.Sizeof(Colors{}) > colorsBytes {
		t.Error("the sizes are others")
	}
	weight := func(output string) int {
		s := typedInto(NewTerminal(80, 24, Options{}), output).Snapshot()
		w := s.MemSize(nil)
		if again := s.MemSize(nil); again != w {
			t.Errorf("it weighs %d, and then %d", w, again)
		}
		return w
	}
	empty := weight("")
	if least := 80 * 24 * cellBytes; empty < least || empty > least+4*entryBytes {
		t.Errorf("an empty screen weighs %d", empty)
	}
	const size, styles = 2000, 15
	long, colors := strings.Repeat("x", size), ""
	for i := range styles {
		colors += fmt.Sprintf("\x1b[38;5;%dmx", i)
	}
	for what, c := range map[string]struct {
		output string
		least  int
	}{
		"a title":     {"\x1b]2;" + long + "\a", size},
		"an icon":     {"\x1b]1;" + long + "\a", size},
		"a clipboard": {"\x1b]52;c;" + strings.Repeat("eHh4", size/3+1) + "\a", size},
		"an event":    {"\x1b]9;" + long + "\a", size},
		"a directory": {"\x1b]7;file:///" + long + "\a", size},
		"a link":      {"\x1b]8;;http://" + long + "\ax", size},
		"a link's id": {"\x1b]8;id=" + long[:maxLinkID] + ";http://x\ax", maxLinkID},
		"a colour":    {"\x1b]4;7;red\a", int(unsafe.Sizeof(Colors{}))},
		"clusters":    {"e" + strings.Repeat("\u0301", 5) + "a" + strings.Repeat("\u0302", 5), 2 * (1 + 2*5)},
		"styles":      {colors, styles * entryBytes},
	} {
		t.Run(what, func(t *testing.T) {
			if got := weight(c.output) - empty; got < c.least {
				t.Errorf("%s adds %d, want at least %d", what, got, c.least)
			}
		})
	}
}

func TestMemSizeLeavesOutSharedMemory(t *testing.T) {
	term := typedInto(NewTerminal(80, 24, Options{}), "\x1b]2;title\a\x1b[38;2;1;2;3mtext")
	before := term.Snapshot()
	if got := before.MemSize(before); got != 0 {
		t.Errorf("beside itself a screen holds %d bytes", got)
	}
	typedInto(term, "\r\nmore")
	if got, want := term.Snapshot().MemSize(before), 80*cellBytes; got != want {
		t.Errorf("one row changed: %d bytes, want %d", got, want)
	}
	typedInto(term, "\x1b]2;another\a")
	if got, most := term.Snapshot().MemSize(before), 80*cellBytes+100; got <= 80*cellBytes || got > most {
		t.Errorf("with a new title: %d bytes, want at most %d", got, most)
	}
	if got := term.Snapshot().MemSize(NewScreen(80, 24)); got < 80*24*cellBytes {
		t.Errorf("beside another terminal's: %d bytes", got)
	}
}
