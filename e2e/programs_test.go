//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
)

// TestProgramsAreDrawn runs programs in a session and in a terminal of the same
// size, does the same in both, and compares the screens.
func TestProgramsAreDrawn(t *testing.T) {
	t.Parallel()
	file := sample(t)
	for _, p := range []struct {
		name    string
		command []string
		steps   []step
	}{
		{"vim", []string{"vim", "-N", "-u", "NONE", "-i", "NONE", "-n", "--cmd", "syntax on | set number ruler showcmd", file}, []step{
			{"", "package sample"},
			{"42G", "line 40 "},
			{"zt\x06", "line 78 "},
			{":set list\r", "line 78 "},
			{":vsplit\r", "sample.go"},
			{":help\r", "help.txt"},
			{":qa!\r", "done"},
		}},
		{"less", []string{"less", file}, []step{
			{"", "package sample"},
			{" ", "line 40 "},
			{"/line 90\r", "line 90 "},
			{"G", "(END)"},
			{"q", "done"},
		}},
		{"nano-like dialog", []string{"sh", "-c", boxes}, []step{{"", "└──"}, {"\r", "done"}}},
	} {
		for _, pair := range withStock() {
			t.Run(p.name+" "+pair.client.Name+" to "+pair.server.Name, func(t *testing.T) {
				t.Parallel()
				compareProgram(t, pair.client, pair.server, p.command, p.steps)
			})
		}
	}
}

// step types keys and waits for text on the screen.
type step struct{ keys, text string }

// boxes draws with box characters, colours and a scroll region.
const boxes = `clear
printf '\033[1;1H┌──────────┐\033[2;1H│ \033[1;31mred\033[m 中文 │\033[3;1H└──────────┘'
printf '\033[5;20r\033[20;1H'; seq 1 40; printf '\033[r\033[22;5H\033[7mreverse\033[m\033[4;40H'
read line`

// compareProgram runs command in both and compares after each step.
func compareProgram(t *testing.T, client, server harness.Programs, command []string, steps []step) {
	t.Helper()
	ending := append([]string{"sh", "-c", `"$@"; clear; echo done; read line`, "sh", "env", "TERM=xterm-256color"}, command...)
	direct := harness.NewTerminal(t, harness.TerminalOptions{Env: harness.Environment(t)}, ending...)
	s := harness.Start(t, harness.SessionOptions{Client: client, Server: server, Link: "rtt=20ms,loss=10%", Command: ending})
	for i, st := range steps {
		direct.Type(st.keys)
		s.Type(st.keys)
		want := settle(direct, st.text)
		s.Until(fmt.Sprintf("screen of step %d, which is\n%s", i, harness.Frame(want)), harness.Patience,
			func(screen harness.Screen) bool { return screen.String() == want.String() })
		wantX, wantY := direct.Cursor()
		s.ExpectFormat("#{cursor_x},#{cursor_y}", fmt.Sprintf("%d,%d", wantX, wantY))
	}
	s.Line("")
	s.ExpectClean()
}

// settle waits until text is shown and the screen has stayed the same for
// several looks.
func settle(x *harness.Terminal, text string) harness.Screen {
	const looks = 10
	same, last := 0, ""
	return x.Until("quiet screen with "+text, harness.Patience, func(screen harness.Screen) bool {
		same++
		if now := screen.String(); now != last {
			same, last = 0, now
		}
		return screen.Has(text) && same >= looks
	})
}

// sample writes a file with text of several kinds.
func sample(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("package sample\n\n")
	for i := range 100 {
		fmt.Fprintf(&b, "// line %d \tof 中文 and é, %q\n", i, strings.Repeat("x", i%17))
	}
	path := filepath.Join(harness.TempDir(t), "sample.go")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTmuxInside runs tmux in a session.
func TestTmuxInside(t *testing.T) {
	t.Parallel()
	ours := harness.Ours(racing)
	socket := filepath.Join(harness.TempDir(t), "inner")
	s := harness.Start(t, harness.SessionOptions{Client: ours, Server: ours, Link: "rtt=20ms,loss=10%",
		Command: append([]string{"tmux", "-u", "-S", socket, "-f", "/dev/null", "new-session", "-n", "inner", "--"}, harness.Shell()...)})
	s.Expect("0:inner")
	s.Line("seq 1 100; echo pa''ne")
	s.ExpectLine("pane")
	s.Type("\x02%")
	s.Until("two panes", harness.Patience, func(screen harness.Screen) bool {
		return strings.Contains(screen[0], "│") && strings.Contains(screen[22], "│")
	})
	s.Resize(100, 30)
	s.Until("status line at the bottom", harness.Patience, func(screen harness.Screen) bool {
		return len(screen) == 30 && strings.HasPrefix(screen[29], "[0]") && strings.Contains(screen[28], "│")
	})
	s.Line("tmux kill-server")
	s.ExpectClean()
}

// TestHtop runs a program that draws with cursor movement and colours all the
// time, and ends it.
func TestHtop(t *testing.T) {
	t.Parallel()
	ours := harness.Ours(racing)
	s := harness.Start(t, harness.SessionOptions{Client: ours, Server: ours, Link: "rtt=20ms,loss=10%", Command: []string{"htop"}})
	s.Until("table and key bar", harness.Patience, func(screen harness.Screen) bool {
		return screen.Has("PID") && screen.Has("Load average") && strings.Contains(screen[23], "F10Quit")
	})
	s.Press("F1")
	s.Expect("htop 3")
	s.Press("Escape")
	s.Expect("F10Quit")
	s.Press("F10")
	s.ExpectClean()
}
