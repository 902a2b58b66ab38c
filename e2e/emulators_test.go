//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"slices"
	"testing"

	"gm/e2e/harness"
	xterm "gm/vt/oracle"
)

// emulator is a terminal emulator of 80x24 with a command in it.
type emulator interface {
	Type(text string)
	Resize(cols, rows int)
	Screen() harness.Screen
	// Transcript returns the scrollback and the screen, without blanks at the ends of
	// lines. Rows of one line are joined if the terminal can tell.
	Transcript() harness.Screen
}

// startable is a kind of terminal and how to start one with a command in it that
// has the variables env.
type startable struct {
	name  string
	start func(t *testing.T, env []string, command ...string) emulator
}

// emulators start the terminals that people use.
var emulators = []startable{
	{"tmux", func(t *testing.T, env []string, command ...string) emulator {
		return harness.NewTerminal(t, harness.TerminalOptions{Env: env}, command...)
	}},
	{"xterm", func(t *testing.T, env []string, command ...string) emulator {
		return harness.NewXTerm(t, inXTerm(env, command), "saveLines: 20000")
	}},
	{"xterm.js", func(t *testing.T, env []string, command ...string) emulator {
		return harness.NewXTermJS(t, "", inXTerm(env, command))
	}},
	{"kitty", func(t *testing.T, env []string, command ...string) emulator {
		return harness.NewKitty(t, xterm.StartDisplay(t), env, command...)
	}},
}

// inXTerm returns a command with the environment of one in a terminal like
// xterm.
func inXTerm(env, command []string) *exec.Cmd {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = slices.Concat(env, []string{"TERM=xterm-256color"})
	return cmd
}

// environment returns the variables of a command in an emulator. What descends
// from it ends with the test.
func environment(t *testing.T, further ...string) []string {
	return slices.Concat(harness.Environment(t), []string{harness.NewFamily(t).Env()}, further)
}

// screens is GNU screen, in tmux.
var screens = startable{"screen", func(t *testing.T, env []string, command ...string) emulator {
	dir := harness.TempDir(t)
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	words := slices.Concat([]string{"screen", "-c", "/dev/null", "-T", "screen-256color"}, command)
	return harness.NewTerminal(t, harness.TerminalOptions{Env: append(env, "SCREENDIR="+dir)}, words...)
}}
