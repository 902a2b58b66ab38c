//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/e2e/harness"
)

// fullScreen are programs that fill the screen. vim draws all anew, as it may be
// mistaken itself; that is no news to the client, which draws nothing.
var fullScreen = []struct {
	name    string
	command []string
	size    func(cols, rows int) string // shown when the program knows its size
	keys    func(line int) string       // to have a line on top
	twice   bool                        // the size may change again before the program has looked
}{
	{
		"vim", []string{"vim", "-u", "NONE", "-i", "NONE", "-N", "-n", "--cmd", "set laststatus=2 statusline=%{&columns}x%{&lines}."},
		func(cols, rows int) string { return fmt.Sprintf("%dx%d.", cols, rows) },
		func(n int) string { return fmt.Sprintf("%dGzt:redraw!\r", n) }, false,
	},
	{
		"less", []string{"less", "-N"},
		func(cols, rows int) string { return "" },
		func(n int) string { return fmt.Sprintf("%dg", n) }, true,
	},
}

// sizes are wider, narrower, higher, lower.
var sizes = [][2]int{{100, 24}, {60, 24}, {60, 35}, {60, 12}, {110, 40}, {40, 10}, {80, 24}}

// TestResizeInEmulators resizes a terminal's window with a program inside: each cell is
// the same as without gm, although terminals cut, scroll, reflow and restore their
// contents differently.
func TestResizeInEmulators(t *testing.T) {
	file := filepath.Join(t.TempDir(), "text")
	var text strings.Builder
	for i := range 200 {
		fmt.Fprintf(&text, "%d %s\n", i, strings.Repeat("word ", i%30))
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, e := range emulators {
		for _, p := range fullScreen {
			t.Run(e.name+"/"+p.name, func(t *testing.T) {
				command := slices.Concat(p.command, []string{file})
				with := e.start(t, environment(t), slices.Concat([]string{racing, "--local", "--"}, command)...)
				bare := e.start(t, environment(t), command...)
				shows(t, p.size(80, 24), with, bare)
				for i, size := range sizes {
					for _, x := range []emulator{with, bare} {
						if p.twice && i%2 == 1 {
							x.Resize(size[0]+7, size[1]-3)
						}
						x.Resize(size[0], size[1])
					}
					shows(t, p.size(size[0], size[1]), with, bare)
					same(t, fmt.Sprint("size ", size), with, bare, p.keys(21+i), fmt.Sprint(20+i, " word"))
				}
			})
		}
	}
}

// shows waits until each of the terminals has text on its screen.
func shows(t *testing.T, text string, terminals ...emulator) {
	t.Helper()
	for _, x := range terminals {
		var s harness.Screen
		harness.Until(t, "text "+text, harness.Patience, func() bool { s = x.Screen(); return s.Has(text) }, func() string { return harness.Frame(s) })
	}
}

// retyped is after how many looks keys are typed once more.
const retyped = 25

// same waits until both terminals show the same, with text in it, after keys
// that may be lost to a program that is about to notice its new size.
func same(t *testing.T, name string, a, b emulator, keys, text string) {
	t.Helper()
	var one, other harness.Screen
	looks := 0
	harness.Until(t, name+" with the same screens", harness.Patience, func() bool {
		if looks%retyped == 0 {
			a.Type(keys)
			b.Type(keys)
		}
		looks++
		one, other = a.Screen(), b.Screen()
		return one.Has(text) && slices.Equal(one, other)
	}, func() string { return "with gm, " + harness.Frame(one) + "without, " + harness.Frame(other) })
}
