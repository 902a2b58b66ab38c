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
	"gm/vt"
)

// colourful fills the screen with colours, attributes, wide characters, emoji and combining
// characters, sets modes and the title, and waits.
const colourful = `printf '\033]2;a ti''tle\007\033[?1000h\033[?1006h\033[?1h\033=\033[4 q\033[H\033[2J'
printf '\033[1;31mred\033[m \033[48;5;22mgreen\033[m \033[38;2;1;2;3mtrue\033[m \033[4:3mcurly\033[m\r\n'
printf '中文 é e\xcc\x81 😀 👍🏽 👨‍👩‍👧 🇩🇪 |\r\n'
printf '\033(0lqqqk\033(B \033[7mreverse\033[m \033]8;;http://example.net\033\\link\033]8;;\033\\\r\n'
printf '\033[5;20r\033[20;10Hlast'; read line`

// TestSameScreenAfterAttach detaches from programs and attaches in another terminal: the
// screen, its renditions, the cursor, the title and the modes are those of before.
func TestSameScreenAfterAttach(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(harness.TempDir(t), "inner")
	for _, p := range []struct {
		name    string
		command []string
		first   string // on the screen when the program has begun
		keys    string
		text    string // on the screen when all is drawn
	}{
		{"vim", []string{"vim", "-N", "-u", "NONE", "-i", "NONE", "-n", "--cmd", "syntax on | set number ruler mouse=a", sample(t)}, "package sample", "42G:vsplit\r", "sample.go"},
		{"htop", []string{"htop"}, "F10Quit", "", "F10Quit"},
		{"tmux", append([]string{"tmux", "-u", "-S", socket, "-f", "/dev/null", "new-session", "-n", "inner", ";", "set", "-g", "status-right", "", ";", "split-window", "-h", "--"}, harness.Shell()...), "0:inner", "seq 1 9\r", "0:inner"},
		{"colours and characters", []string{"bash", "-c", colourful}, "last", "", "last"},
	} {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, racing, "COLORTERM=truecolor")
			x := a.window(slices.Concat([]string{"--local", "--name=" + a.name, "--"}, p.command)...)
			x.Expect(p.first)
			x.Type(p.keys)
			x.Resize(100, 30)
			a.expectSize(100, 30)
			x.Resize(80, 24)
			a.expectSize(80, 24)
			settle(x, p.text)
			a.freeze(p.command[0])
			before, state := x.Styled(), x.Format(terminalState)
			x.Type("\x1ed")
			expectLeft(t, x)
			y := a.window("attach", "--local", a.name)
			expectSame(t, y, before, state)
			a.killSession()
		})
	}
}

// expectSize waits until the session has a size.
func (a *account) expectSize(cols, rows int) {
	a.t.Helper()
	harness.Until(a.t, fmt.Sprintf("size %dx%d", cols, rows), harness.Patience, func() bool {
		s, _ := a.find()
		return s.Cols == cols && s.Rows == rows
	}, nil)
}

// freeze stops a program that changes its screen by itself.
func (a *account) freeze(program string) {
	for _, p := range a.family.Processes() {
		if program == "htop" && p.Command[0] == program {
			signalPID(a.t, p.PID, syscall.SIGSTOP)
		}
	}
}

// terminalState expands to the state of a terminal beside its screen, in tmux.
const terminalState = "#{cursor_x},#{cursor_y} #{pane_title} #{cursor_flag}#{alternate_on}#{mouse_standard_flag}#{mouse_button_flag}#{mouse_all_flag}#{mouse_sgr_flag}#{keypad_cursor_flag}#{keypad_flag}#{bracket_paste_flag}"

// expectSame waits until a terminal has a screen and a state.
func expectSame(t *testing.T, x *harness.Terminal, screen harness.Screen, state string) {
	t.Helper()
	want := drawn(screen)
	var now []string
	var nowState string
	harness.Until(t, "the former screen", harness.Patience, func() bool {
		now, nowState = drawn(x.Styled()), x.Format(terminalState)
		return slices.Equal(now, want) && nowState == state
	}, func() string {
		text := fmt.Sprintf("the state is %q, want %q\n", nowState, state)
		for y := range min(len(now), len(want)) {
			if now[y] != want[y] {
				text += fmt.Sprintf("line %d is %q, want\n%q\n", y, now[y], want[y])
			}
		}
		return text
	})
}

// drawn returns the lines of a screen, each character with its rendition. The foreground of
// blanks, which is not visible, is left out.
func drawn(screen harness.Screen) (lines []string) {
	const cols = 80
	term := vt.NewTerminal(cols, len(screen), vt.Options{})
	term.Write([]byte(strings.Join(screen, "\r\n")))
	s := term.Snapshot()
	for y := range screen {
		var line strings.Builder
		for x := range cols {
			cell := s.Cell(x, y)
			rendition := s.Rendition(cell)
			if cell.Blank() {
				rendition.Fg = vt.Color(0)
			}
			fmt.Fprintf(&line, "%s%v", s.AppendText(nil, cell), rendition)
		}
		lines = append(lines, line.String())
	}
	return lines
}
