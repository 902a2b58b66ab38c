package harness

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"gm/vt/oracle"
)

// XTerm is xterm on an X server without a display, with a command in it.
type XTerm struct {
	*oracle.Program
	t testing.TB
}

// NewXTerm starts a terminal of 80x24, with further resources, and runs cmd in it.
func NewXTerm(t testing.TB, cmd *exec.Cmd, resources ...string) *XTerm {
	t.Helper()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return &XTerm{oracle.StartProgram(t, 80, 24, cmd, resources...), t}
}

// rendition matches the SGR sequences in a page printed by xterm.
var rendition = regexp.MustCompile("\x1b(#[3-6]|\\[[0-9;:]*m)")

func (x *XTerm) Screen() Screen {
	x.t.Helper()
	return printed(x.Page())
}

// Transcript returns the rows of the saved lines and of the screen. xterm prints them
// without the marks of wrapped lines.
func (x *XTerm) Transcript() Screen {
	x.t.Helper()
	return printed(x.Pages())
}

func printed(text []byte) Screen {
	rows := strings.TrimSuffix(rendition.ReplaceAllString(string(text), ""), "\r\n")
	return trimmed(strings.Split(rows, "\r\n"))
}
