//go:build e2e

package harness

import (
	"os"
	"testing"
)

var environment = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "PS1=$ "}

func TestTerminal(t *testing.T) {
	family := NewFamily(t)
	x := NewTerminal(t, TerminalOptions{Cols: 60, Rows: 10, Env: append(environment, family.Env())}, "sh", "-c", "stty size; exec bash --norc;")
	x.ExpectLine("10 60")
	// A process has no environment for a moment while it runs another program.
	Until(t, "the shell in its family", Patience, func() bool { return len(family.Processes()) > 0 }, nil)
	x.Line("echo 'é'; printf '中\\033[31m%s\\033[m\\n' red; echo '%end x'")
	s := x.Until("output", Patience, func(s Screen) bool { return s.HasLine("é") && s.HasLine("中red") && s.HasLine("%end x") })
	if len(s) != 10 {
		t.Errorf("%d lines, want 10", len(s))
	}
	if styled := x.Styled(); !styled.Has("\x1b[31mred") {
		t.Errorf("no red in %q", styled)
	}
	x.Resize(70, 12)
	x.Line("stty size")
	x.ExpectLine("12 70")
	x.Line(`printf '\033]0;a title\007\033]52;c;Y29waWVk\007'`)
	x.ExpectFormat("#{pane_title}", "a title")
	if got := x.Clipboard(); got != "copied" {
		t.Errorf("clipboard %q", got)
	}
	x.Line(`printf '\033[?2004hready\n'; cat -v`)
	x.ExpectLine("ready")
	x.Paste("one two")
	x.Press("Enter")
	x.Expect("^[[200~one two^[[201~")
	x.Press("C-d")
	x.Line("exit 7")
	if status := x.ExpectEnd(Patience); status != 7 {
		t.Errorf("status %d, want 7", status)
	}
	family.ExpectNone(t, Patience)
}

func TestTerminalSignal(t *testing.T) {
	x := NewTerminal(t, TerminalOptions{Env: environment}, "sh", "-c", "kill -9 $$")
	if status := x.ExpectEnd(Patience); status != 137 {
		t.Errorf("status %d, want 137", status)
	}
}
