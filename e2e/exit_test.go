//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"gm/e2e/harness"
)

// TestExitStatus asks the user's shell how gm ended.
func TestExitStatus(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	asMosh := filepath.Join(filepath.Dir(racing), "mosh") + " --local 127.0.0.1"
	for i, c := range []struct {
		command string
		status  int
	}{
		{racing + " --local true", 0},
		{racing + " --local false", 1},
		{racing + " --local sh -c 'kill -TERM $$'", 128 + 15},
		{racing + " --local no-such-program", 127},
		{racing + " --local /", 126},
		{racing + " --local --link rtt=60ms,loss=40% sh -c 'exit 42'", 42},
		{racing + " --local --server=mosh-server false", 0},
		{asMosh + " false", 0},
	} {
		d.Line(fmt.Sprintf("%s; echo st''atus-%d $?", c.command, i))
		d.ExpectLine(fmt.Sprintf("status-%d %d", i, c.status))
	}
	if screen := d.Screen(); !screen.Has("start the program on the host: ") {
		t.Errorf("the user does not read why a program was not started:\n%s", harness.Frame(screen))
	}
}

// TestExitStatusOfAShell is that of its last command, or what exit is told.
func TestExitStatusOfAShell(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i, c := range []struct {
		typed  string
		status int
	}{{"exit 5", 5}, {"false\rexit", 1}, {"kill -KILL $$", 128 + 9}} {
		d.local(racing)
		d.Line(c.typed)
		d.expectPrompt()
		d.Line(fmt.Sprintf("echo st''atus-%d $?", i))
		d.ExpectLine(fmt.Sprintf("status-%d %d", i, c.status))
	}
}

// TestLastWords shows the output of a program immediately before its end.
func TestLastWords(t *testing.T) {
	t.Parallel()
	for _, link := range []string{"rtt=20ms", "rtt=60ms,loss=30%"} {
		t.Run(link, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.Line(racing + " --local --no-init --link " + link + " sh -c 'seq 1 100000; printf last; exit 4'; echo st''atus $?")
			d.ExpectLine("status 4")
			if screen := d.Screen(); !screen.HasLine("100000") || !screen.HasLine("last") {
				t.Errorf("not the last words:\n%s", harness.Frame(screen))
			}
		})
	}
}

// TestLastScreenIsLeftBehind: the output of a program that ends by itself stays above
// the prompt, as with ssh, and so does that of a session that the user left. Nothing stays
// of a program on the alternate screen.
func TestLastScreenIsLeftBehind(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Line("echo be''gun")
	d.ExpectLine("begun")
	gone := `$(printf "%s" go ne)` // shown only if it is run
	for _, c := range []struct {
		name, command, typed string
		left                 []string
	}{
		{"a command", "sh -c 'echo one; echo; printf \"two\\nthree\"'", "", []string{"one", "", "two", "three", "[gm is exiting.]"}},
		{"nothing", "true", "", []string{"[gm is exiting.]"}},
		{"a failure", "sh -c 'echo no; exit 3'", "", []string{"no", "[gm is exiting.]"}},
		{"a line wider than the window", "sh -c 'printf %090d 1; exit'", "", []string{strings.Repeat("0", 80), strings.Repeat("0", 9) + "1", "[gm is exiting.]"}},
		{"a program with a screen of its own", "sh -c 'printf \"\\033[?1049h" + gone + "\\n\\033[?1049l\"; exit'", "", []string{"[gm is exiting.]"}},
		{"one that ends in it", "sh -c 'printf \"\\033[?1049h" + gone + "\\n\"; exit'", "", []string{"[gm is exiting.]"}},
		{"the user left", "sh -c 'echo " + gone + "; cat'", "\x1e.", []string{"gone", "[gm is exiting.]"}},
	} {
		d.Line("clear")
		d.Until("an empty screen", harness.Patience, func(s harness.Screen) bool { return s[0] == "desk>" })
		d.Line(plain + " --local -- " + c.command)
		if c.typed != "" {
			d.ExpectLine("gone")
			d.Type(c.typed)
		}
		screen := d.Until("prompt", harness.Patience, func(s harness.Screen) bool {
			col, row := d.Cursor()
			return row > 0 && col == len("desk> ") && s[row] == "desk>"
		})
		_, row := d.Cursor()
		from := slices.Index(screen, "[gm is exiting.]") - len(c.left) + 1
		if from < 1 || !slices.Equal(screen[from:row], c.left) || !strings.HasSuffix(screen[from-1], c.command[len(c.command)-4:]) {
			t.Errorf("%s: left is\n%s", c.name, harness.Frame(screen))
		}
	}
	d.Line("exit")
}

// TestStoppedByAnAdministrator ends the server by a signal: the user is told, and the
// status is that of the signal.
func TestStoppedByAnAdministrator(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.local(plain)
	for _, p := range d.family.Processes() {
		if p.Command[0] == plain && p.Command[1] == "server" {
			signalPID(t, p.PID, syscall.SIGTERM)
		}
	}
	d.expectPrompt()
	d.ExpectLine("gm: the session was ended on the host: terminated")
	d.Line("echo st''atus $?")
	d.ExpectLine("status 143")
}
