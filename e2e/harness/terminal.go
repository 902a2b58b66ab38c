package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Terminal is a terminal in which a command runs: the only pane of a tmux server of its
// own. It stays open when the command ends.
type Terminal struct {
	t    testing.TB
	tmux *control
	dir  string
}

// TerminalOptions are the differences from a terminal of 80x24.
type TerminalOptions struct {
	Cols, Rows int
	Env        []string // the command's whole environment, NAME=VALUE; TERM is set if missing
}

// configuration makes tmux a plain terminal that supports OSC 52 and stays open when the
// command ends.
const configuration = `
set -g status off
set -g remain-on-exit on
set -g remain-on-exit-format ""
set -g escape-time 0
set -g set-clipboard on
set -g default-terminal tmux-256color
set -g history-limit 200000
set -g prefix None
set -g update-environment ""
`

// recordStatus runs its arguments and writes the exit status to the file $0. (tmux
// itself sometimes misses a status.)
const recordStatus = `"$@"; echo $? >"$0"`

// NewTerminal runs command in a new terminal, which is closed when the test ends.
func NewTerminal(t testing.TB, o TerminalOptions, command ...string) *Terminal {
	t.Helper()
	if o.Cols == 0 || o.Rows == 0 {
		o.Cols, o.Rows = 80, 24
	}
	dir := TempDir(t)
	conf := filepath.Join(dir, "tmux.conf")
	if err := os.WriteFile(conf, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-u", "-C", "-S", filepath.Join(dir, "socket"), "-f", conf,
		"new-session", "-d", "-x", strconv.Itoa(o.Cols), "-y", strconv.Itoa(o.Rows), "--"}
	env := o.Env
	if !slices.ContainsFunc(env, func(v string) bool { return strings.HasPrefix(v, "TERM=") }) {
		env = append(slices.Clone(env), "TERM=tmux-256color")
	}
	x := &Terminal{t: t, dir: dir}
	wrapper := []string{"sh", "-c", recordStatus, x.statusFile(), "env", "-i"}
	for _, arg := range slices.Concat(wrapper, env, command) {
		args = append(args, escapeSemicolon(arg))
	}
	args = append(args, ";", "set", "-g", "window-size", "manual", ";", "attach")
	x.tmux = startControl(t, args)
	t.Cleanup(x.tmux.close)
	return x
}

// escapeSemicolon escapes a final semicolon, which tmux would parse as the end of a
// command (tmux, COMMAND PARSING AND EXECUTION).
func escapeSemicolon(arg string) string {
	if body, ok := strings.CutSuffix(arg, ";"); ok {
		return body + `\;`
	}
	return arg
}

func (x *Terminal) Type(text string) {
	x.t.Helper()
	var b strings.Builder
	b.WriteString("send-keys -H")
	for i := range len(text) {
		fmt.Fprintf(&b, " %02x", text[i])
	}
	x.run(b.String())
}

func (x *Terminal) Line(text string) {
	x.t.Helper()
	x.Type(text + "\r")
}

// Press sends keys by their names in tmux: C-c, Up, Enter.
func (x *Terminal) Press(keys ...string) {
	x.t.Helper()
	x.run("send-keys " + strings.Join(keys, " "))
}

// Paste pastes text, bracketed if the command has requested that.
func (x *Terminal) Paste(text string) {
	x.t.Helper()
	file := filepath.Join(x.dir, "paste")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		x.t.Fatal(err)
	}
	x.run("load-buffer -b paste " + file)
	x.run("paste-buffer -b paste -p -r -d")
}

func (x *Terminal) Resize(cols, rows int) {
	x.t.Helper()
	x.run(fmt.Sprintf("resize-window -x %d -y %d", cols, rows))
}

// Format expands a tmux format, such as "#{pane_title}".
func (x *Terminal) Format(format string) string {
	x.t.Helper()
	return strings.Join(x.run("display-message -p '"+format+"'"), "\n")
}

// Clipboard returns the text that OSC 52 stored last, or "".
func (x *Terminal) Clipboard() string {
	x.t.Helper()
	lines, err := x.tmux.do("show-buffer")
	if err != nil {
		return ""
	}
	return strings.Join(lines, "\n")
}

// Screen returns the lines of the screen without blanks at their ends.
func (x *Terminal) Screen() Screen {
	x.t.Helper()
	return Screen(x.run("capture-pane -p"))
}

// Transcript returns the lines of the scrollback and of the screen, without blanks at their
// ends. Rows of one line are joined.
func (x *Terminal) Transcript() Screen {
	x.t.Helper()
	return trimmed(withoutGaps(x.run("capture-pane -p -J -S -"), x.columns()))
}

// StyledTranscript is Transcript with the renditions as SGR sequences.
func (x *Terminal) StyledTranscript() Screen {
	x.t.Helper()
	return trimmed(withoutGaps(x.run("capture-pane -p -J -e -S -"), x.columns()))
}

// Styled is Screen with the renditions as SGR sequences.
func (x *Terminal) Styled() Screen {
	x.t.Helper()
	return Screen(x.run("capture-pane -p -e"))
}

// Cursor returns the position of the cursor, from 0.
func (x *Terminal) Cursor() (col, row int) {
	x.t.Helper()
	fmt.Sscan(x.Format("#{cursor_x} #{cursor_y}"), &col, &row)
	return col, row
}

// Ended reports whether the command has ended and all of its output is on the screen.
// status is its exit status, 128+n for a signal.
func (x *Terminal) Ended() (status int, ended bool) {
	x.t.Helper()
	text, err := os.ReadFile(x.statusFile())
	if err != nil || x.Format("#{pane_dead}") != "1" {
		return 0, false
	}
	_, err = fmt.Sscanf(string(text), "%d\n", &status)
	return status, err == nil
}

func (x *Terminal) statusFile() string { return filepath.Join(x.dir, "status") }

func (x *Terminal) run(command string) []string {
	x.t.Helper()
	lines, err := x.tmux.do(command)
	if err != nil {
		x.t.Fatal(err)
	}
	return lines
}

// TempDir is t.TempDir with a name short enough for the socket of a tmux or an agent
// (108 bytes, unix(7)).
func TempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gm-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
