//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/vt"

	"github.com/creack/pty"
)

// trace is a piece of typing: keys with times, from a file whose lines are the
// milliseconds since the key before and the key, quoted as in Go.
type trace struct {
	name string
	keys []traceKey
}

type traceKey struct {
	pause time.Duration
	bytes string
}

func readTrace(t testing.TB, name string) trace {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "traces", name+".keys"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	x := trace{name: name}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		ms, quoted, _ := strings.Cut(lines.Text(), " ")
		pause, err := strconv.Atoi(ms)
		if err != nil {
			t.Fatalf("%s: %q: %v", name, lines.Text(), err)
		}
		key, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %q: %v", name, lines.Text(), err)
		}
		x.keys = append(x.keys, traceKey{time.Duration(pause) * time.Millisecond, key})
	}
	return x
}

// scene is where a trace is typed: what runs, and what its screen ends with
// when it is ready.
type scene struct {
	command []string
	files   map[string]string // in the home directory
	ready   string
}

const shellHistory = "ls -la\necho hello there\necho git stash pop\necho git commit -m 'a message'\necho git status --short\n"

// scenes are those of the traces, by name.
var scenes = map[string]scene{
	"cat":   {command: []string{"cat"}},
	"lines": {command: []string{"sh", "-c", "exec cat >/dev/null"}},
	"bash":  {command: harness.Shell(), ready: "$"},
	"vim":   {command: []string{"vim", "-u", "NONE", "-i", "NONE", "-n", "-N", "-c", "set showmode shortmess+=I"}, ready: "~"},
	"zsh": {command: []string{"zsh", "-i"}, ready: "%", files: map[string]string{
		".zshrc": "PS1='%% '; RPROMPT='right'; HISTFILE=~/.history; HISTSIZE=100; bindkey -e\n" +
			". /usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh\n",
		".history": shellHistory,
	}},
	"fish": {command: []string{"fish"}, ready: ">", files: map[string]string{
		".config/fish/config.fish":       "set -g fish_greeting\nfunction fish_prompt; echo -n '> '; end\n",
		".local/share/fish/fish_history": fishHistory(),
	}},
}

// fishHistory is shellHistory as fish has it.
func fishHistory() string {
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimSpace(shellHistory), "\n") {
		fmt.Fprintf(&b, "- cmd: %s\n  when: %d\n", line, 1_700_000_000+i)
	}
	return b.String()
}

// home makes a home directory with the scene's files.
func (s scene) home(t testing.TB) string {
	t.Helper()
	home := harness.TempDir(t)
	for name, text := range s.files {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

// commandIn is the command line: on a clean screen, so that lines are on the
// same rows whatever starts it.
func (s scene) commandIn(home string) []string {
	const start = `cd; stty iutf8; printf '\033[H\033[2J'; exec "$@"`
	return append([]string{"env", "HOME=" + home, "sh", "-c", start, "sh"}, s.command...)
}

// The window that traces are typed in.
const traceCols, traceRows = 80, 24

// performance is the typed keys of a trace and the screens seen.
type performance struct {
	typed  []time.Time // when each key was
	frames []traceFrame
}

// traceFrame is a screen with the time at which it was first seen.
type traceFrame struct {
	at     time.Time
	screen *vt.Screen
}

// recordedProgram is a program in a terminal whose screen is recorded.
type recordedProgram struct {
	t       testing.TB
	master  *os.File
	changed chan struct{}

	mutex  sync.Mutex
	frames []traceFrame
}

func newRecordedProgram(t testing.TB, cmd *exec.Cmd) *recordedProgram {
	t.Helper()
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: traceCols, Rows: traceRows})
	if err != nil {
		t.Fatal(err)
	}
	s := &recordedProgram{t: t, master: master, changed: make(chan struct{}, 1)}
	s.frames = []traceFrame{{time.Now(), vt.NewScreen(traceCols, traceRows)}}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		master.Close()
	})
	go s.watch()
	return s
}

// watch records the screen until the terminal is closed.
func (s *recordedProgram) watch() {
	term := vt.NewTerminal(traceCols, traceRows, vt.Options{})
	buf := make([]byte, 64<<10)
	for {
		n, err := s.master.Read(buf)
		if err != nil {
			return
		}
		now := time.Now()
		term.Write(buf[:n])
		s.master.Write(term.TakeReplies(nil))
		s.mutex.Lock()
		s.frames = append(s.frames, traceFrame{now, term.Snapshot()})
		s.mutex.Unlock()
		select {
		case s.changed <- struct{}{}:
		default:
		}
	}
}

func (s *recordedProgram) last() traceFrame {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.frames[len(s.frames)-1]
}

// quiet waits until the screen has not changed for d.
func (s *recordedProgram) quiet(d time.Duration) {
	s.t.Helper()
	limit := time.After(harness.Patience)
	for {
		select {
		case <-s.changed:
		case <-time.After(d):
			return
		case <-limit:
			s.t.Fatalf("the screen does not come to rest:\n%s", s.last().screen.Text())
		}
	}
}

// calm waits for output of the program after a key, and then until there is none for a
// while.
func (s *recordedProgram) calm() {
	select {
	case <-s.changed:
	case <-time.After(500 * time.Millisecond):
	}
	s.quiet(150 * time.Millisecond)
}

// play types the trace when the program is ready; rest is how long nothing may
// happen before that and after it. calm is called after each key.
func (s *recordedProgram) play(x trace, ready string, rest time.Duration, calm func()) performance {
	s.t.Helper()
	harness.Until(s.t, "sight of "+ready, harness.Patience,
		func() bool { return strings.Contains(s.last().screen.Text(), ready) },
		func() string { return s.last().screen.Text() })
	s.quiet(rest)
	var p performance
	next := time.Now()
	for _, k := range x.keys {
		next = later(next, time.Now()).Add(k.pause)
		<-time.After(time.Until(next))
		p.typed = append(p.typed, time.Now())
		s.master.WriteString(k.bytes)
		calm()
	}
	s.quiet(rest)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	p.frames = slices.Clone(s.frames)
	return p
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// rowText returns the first columns of a row.
func rowText(s *vt.Screen, y, cols int) string {
	var line []byte
	for x := range cols {
		line = s.AppendText(line, s.Cell(x, y))
	}
	return string(line)
}
