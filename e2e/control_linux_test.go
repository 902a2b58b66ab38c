//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/creack/pty"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// gateway is a terminal that plays the part of iTerm2: it records all that is written to it,
// and finds the output of tmux in control mode.
type gateway struct {
	t   *testing.T
	tty *os.File

	mu  sync.Mutex
	all []byte
}

// newGateway runs a command in a gateway of 80x24.
func newGateway(t *testing.T, cmd *exec.Cmd) *gateway {
	t.Helper()
	cmd.Env = append(cmd.Env, "TERM=xterm-256color", "LC_TERMINAL=iTerm2")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 80, Rows: 24})
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{t: t, tty: tty}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for buf := make([]byte, 64<<10); ; {
			n, err := tty.Read(buf)
			g.mu.Lock()
			g.all = append(g.all, buf[:n]...)
			g.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		tty.Close()
		<-read
	})
	return g
}

func (g *gateway) send(text string) {
	g.t.Helper()
	if _, err := g.tty.WriteString(text); err != nil {
		g.t.Fatal(err)
	}
}

// written returns what was written from an offset on.
func (g *gateway) written(from int) []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.all[from:len(g.all):len(g.all)]
}

// await waits for text from an offset on, and returns the offset after it.
func (g *gateway) await(from int, text string) int {
	g.t.Helper()
	at := -1
	harness.Until(g.t, strconv.Quote(text), harness.Patience, func() bool {
		seen := g.written(from)
		if at = bytes.Index(seen, []byte(text)); at < 0 {
			from += max(0, len(seen)-len(text))
		}
		return at >= 0
	}, func() string { return fmt.Sprintf("%q", g.written(max(0, len(g.written(0))-2000))) })
	return from + at + len(text)
}

// The control mode's beginning and end (tmux(1), CONTROL MODE).
const (
	controlBegins = "\x1bP1000p"
	controlEnds   = "%exit\r\n\x1b\\"
)

// controlOutput is what tmux has written in control mode.
type controlOutput struct {
	answers []string // of its commands, without guards
	panes   map[string]string
}

// parseControl parses the lines of a control mode, and checks each.
func parseControl(t *testing.T, text []byte) (c controlOutput) {
	t.Helper()
	c.panes = map[string]string{}
	guard, last := "", 0
	var answer strings.Builder
	for line := range strings.Lines(string(text)) {
		line, whole := strings.CutSuffix(line, "\r\n")
		words := strings.SplitN(line, " ", 4)
		switch {
		case !whole:
			t.Fatalf("a line is cut off: %.200q", line)
		case guard != "" && (words[0] == "%end" || words[0] == "%error") && strings.HasSuffix(line, guard):
			c.answers = append(c.answers, answer.String())
			answer.Reset()
			guard = ""
		case guard != "":
			answer.WriteString(line + "\n")
		case words[0] == "%begin" && len(words) == 4:
			guard = strings.TrimPrefix(line, "%begin")
			number, err := strconv.Atoi(words[2])
			if err != nil || number <= last {
				t.Fatalf("block %q after %d", line, last)
			}
			last = number
		case words[0] == "%output":
			pane, output, _ := strings.Cut(line[len("%output "):], " ")
			c.panes[pane] += unescapeOutput(t, output)
		case !strings.HasPrefix(line, "%"):
			t.Fatalf("a line that is not tmux's: %.200q", line)
		}
	}
	if guard != "" {
		t.Errorf("block%s has no end", guard)
	}
	return c
}

// unescapeOutput replaces \ooo in a notification of output.
func unescapeOutput(t *testing.T, text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			b.WriteByte(text[i])
			continue
		}
		code, err := strconv.ParseUint(text[i+1:min(i+4, len(text))], 8, 8)
		if err != nil {
			t.Fatalf("escape in %.200q: %v", text, err)
		}
		b.WriteByte(byte(code))
		i += 3
	}
	return b.String()
}

// controlSeq is the last line of the flood in a pane: 5 MB.
const controlSeq = 700_000

// useControl begins a control mode from a shell, runs commands in it, and ends it. flooding is
// called in the middle of a flood.
func useControl(g *gateway, socket string, flooding func()) controlOutput {
	g.t.Helper()
	at := g.await(0, "$ ")
	g.send("tmux -S " + socket + " -f /dev/null -CC new -n window -x 80 -y 24 \"PS1='pane ' sh\"; echo after $?\r")
	begun := g.await(at, controlBegins)
	at = g.await(begun, "pane ")
	g.send("list-windows\n")
	at = g.await(at, "%end ")
	g.send(`send-keys "printf '\\033[31m%s\\n' re''d" Enter` + "\n")
	at = g.await(at, "red")
	at = g.await(at, "pane ")
	g.send(fmt.Sprintf("send-keys 'seq %d' Enter\n", controlSeq))
	flooding()
	at = g.await(at, fmt.Sprintf(`\015\012%d\015\012`, controlSeq))
	at = g.await(at, "pane ")
	g.send("capture-pane -p -e -S 0 -E 3\n")
	at = g.await(at, "%begin ")
	g.send("kill-session\n")
	ended := g.await(at, controlEnds)
	text := g.written(begun)[:ended-begun-len(controlEnds)]
	at = g.await(ended, "after 0")
	g.send("echo ba''ck\r")
	g.await(at, "back")
	return parseControl(g.t, text)
}

// controlCommand returns a shell in a session on the site's host.
func (s *site) controlCommand(gm string, args ...string) *exec.Cmd {
	s.t.Helper()
	words := slices.Concat(s.prefix, []string{gm, "--server=" + gm + " server", "--predict=never"}, args, []string{"root@10.99.0.1", "--"}, harness.Shell())
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(harness.Environment(s.t), "HOME="+s.home, s.clients.Env())
	return cmd
}

// TestControlMode has tmux -CC in a session whose network is cut in the middle of a flood, and
// compares what arrives with what tmux writes to a terminal of its own.
func TestControlMode(t *testing.T) {
	t.Parallel()
	shell := harness.Shell()
	cmd := exec.Command(shell[0], shell[1:]...)
	cmd.Env = harness.Environment(t)
	sockets := harness.TempDir(t)
	want := useControl(newGateway(t, cmd), filepath.Join(sockets, "direct"), func() {})

	s := newSite(t, sshboottest.Config{})
	g := newGateway(t, s.controlCommand(plain))
	g.await(0, "$ ")
	s.here.Filter("cut", "input", "meta l4proto { tcp, udp } quota over 2 mbytes drop")
	got := useControl(g, filepath.Join(sockets, "session"), func() {
		polls, before := 0, 0
		harness.Until(t, "silence", harness.Patience, func() bool {
			if now := len(g.written(0)); now != before {
				polls, before = 0, now
			}
			polls++
			return polls > 40
		}, nil)
		if bytes.Contains(g.written(0), []byte(fmt.Sprintf(`\012%d\015`, controlSeq))) {
			t.Error("the network was cut after the flood")
		}
		s.here.IP("addr flush dev cable")
		s.here.Address("cable", "10.99.0.77/24")
		s.here.Unfilter("cut")
	})
	if !slices.Equal(got.answers, want.answers) {
		t.Errorf("answers %q, want %q", got.answers, want.answers)
	}
	if a, b := got.panes["%0"], want.panes["%0"]; a != b {
		t.Errorf("the pane's output has %d bytes, want %d", len(a), len(b))
	}
	if n := len(want.panes["%0"]); n < 5<<20 || len(want.answers) != 6 || !strings.Contains(want.answers[4], "\x1b[31m") {
		t.Errorf("tmux itself writes %d bytes of the pane, and %q", n, want.answers)
	}
}

// TestControlModeIsLeft gives the terminal back in the middle of a control mode: tmux detaches,
// and another client is at the shell. So it is after tmux was killed.
func TestControlModeIsLeft(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	sockets := harness.TempDir(t)
	begin := func(g *gateway, from int, socket string) int {
		g.send("clear; tmux -S " + filepath.Join(sockets, socket) + " -f /dev/null -CC new \"PS1='pane ' sh\"; echo after $?\r")
		return g.await(g.await(from, controlBegins), "pane ")
	}
	first := newGateway(t, s.controlCommand(racing, "--name=work"))
	at := begin(first, first.await(0, "$ "), "left")
	first.send("\x1ed")
	at = first.await(at, "\r\n%exit\r\n\x1b\\")
	first.await(at, "detached from work")

	words := slices.Concat(s.prefix, []string{racing, "--server=" + racing + " server", "attach", "root@10.99.0.1", "work"})
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(harness.Environment(t), "HOME="+s.home, s.clients.Env())
	second := newGateway(t, cmd)
	at = second.await(0, "after 0")
	at = begin(second, at, "killed")
	second.send("run-shell \"kill -KILL #{client_pid}\"\n")
	at = second.await(at, "\x1b\\")
	at = second.await(at, "after 137")
	second.send("echo ba''ck\r")
	at = second.await(at, "back")
	second.send("tmux -S " + filepath.Join(sockets, "left") + " kill-server; tmux -S " + filepath.Join(sockets, "killed") + " kill-server; exit 3\r")
	second.await(at, "[gm is exiting.]")
}

// TestControlModeIsTheSession has tmux as the program of the session, which ends with it.
func TestControlModeIsTheSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	socket := filepath.Join(harness.TempDir(t), "session")
	words := slices.Concat(s.prefix, []string{racing, "--server=" + racing + " server", "root@10.99.0.1", "--",
		"tmux", "-S", socket, "-f", "/dev/null", "-CC", "new", "-x", "80", "-y", "24", "sleep 1; seq 100000; read line; exit 3"})
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(harness.Environment(t), "HOME="+s.home, s.clients.Env())
	g := newGateway(t, cmd)
	begun := g.await(0, controlBegins)
	at := g.await(begun, `\012100000\015\012`) // tmux drops what it has not written when a pane ends
	g.send("send-keys Enter\n")
	ended := g.await(at, controlEnds)
	g.await(ended, "[gm is exiting.]")
	got := parseControl(t, g.written(begun)[:ended-begun-len(controlEnds)])
	if text := got.panes["%0"]; !strings.Contains(text, "\r\n99999\r\n100000\r\n") {
		t.Errorf("the pane's output has %d bytes and ends with %.100q", len(text), text[max(0, len(text)-100):])
	}
	s.sessions.ExpectNone(t, harness.Patience)
}
