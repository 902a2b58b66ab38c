package e2e

import (
	"fmt"
	"path/filepath"
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

// TestLastWords shows what a program wrote just before its end.
func TestLastWords(t *testing.T) {
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
