//go:build e2e

package e2e

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gm/e2e/harness"
)

// account is a user of this machine, with sessions and several terminals. All of them have
// the same directories, and so the same list of sessions.
type account struct {
	t      *testing.T
	gm     string // the program
	name   string // of a session, which no session in the shared directory in /tmp has
	family harness.Family
	env    []string
}

func newAccount(t *testing.T, gm string, env ...string) *account {
	t.Helper()
	a := &account{t: t, gm: gm, family: harness.NewFamily(t), name: "work" + strings.ToLower(rand.Text()[:6])}
	a.env = slices.Concat(harness.Environment(t), []string{a.family.Env(), "XDG_RUNTIME_DIR=" + harness.TempDir(t), "HISTFILE="}, env)
	return a
}

// window runs gm with args in a terminal of 80x24.
func (a *account) window(args ...string) *harness.Terminal {
	a.t.Helper()
	return a.windowOf(80, 24, args...)
}

func (a *account) windowOf(cols, rows int, args ...string) *harness.Terminal {
	a.t.Helper()
	o := harness.TerminalOptions{Cols: cols, Rows: rows, Env: a.env}
	return harness.NewTerminal(a.t, o, append([]string{a.gm}, args...)...)
}

// begin begins the session a.name with a shell in it.
func (a *account) begin(options ...string) *harness.Terminal {
	a.t.Helper()
	x := a.window(slices.Concat([]string{"--local", "--name=" + a.name}, options, []string{"--"}, harness.Shell())...)
	x.ExpectLine("$")
	return x
}

// desk is a shell in a terminal, from which gm is run.
func (a *account) desk() *desk {
	a.t.Helper()
	d := &desk{t: a.t, family: a.family}
	d.Terminal = harness.NewTerminal(a.t, harness.TerminalOptions{Env: a.env}, "env", "PS1=desk> ", "bash", "--norc", "--noprofile")
	d.ExpectLine("desk>")
	return d
}

// openWindow runs gm with args in a terminal that can be closed.
func (a *account) openWindow(args ...string) *closedWindow {
	a.t.Helper()
	return openWindowOf(a.t, true, a.family, a.env, append([]string{a.gm}, args...)...)
}

// run runs gm without a terminal and returns its output and its status.
func (a *account) run(args ...string) (output string, status int) {
	a.t.Helper()
	cmd := exec.Command(a.gm, args...)
	cmd.Env = a.env
	out, err := cmd.CombinedOutput()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(out), failed.ExitCode()
	}
	if err != nil {
		a.t.Fatalf("gm %q: %v", args, err)
	}
	return string(out), 0
}

// listed is a session as "gm ls --json" prints it.
type listed struct {
	Name, State, Program, From, Version string
	Pid, Cols, Rows                     int
	Exit                                *int
	Clients                             []struct {
		By, From, Role string
		Cols, Rows     int
	}
}

func (a *account) list() (sessions []listed) {
	a.t.Helper()
	cmd := exec.Command(a.gm, "ls", "--json")
	cmd.Env = a.env
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &sessions)
	}
	if err != nil {
		a.t.Fatalf("gm ls --json: %v\n%s", err, out)
	}
	return sessions
}

// find returns the session a.name, and reports whether it is listed.
func (a *account) find() (session listed, ok bool) {
	a.t.Helper()
	sessions := a.list()
	i := slices.IndexFunc(sessions, func(s listed) bool { return s.Name == a.name })
	if i < 0 {
		return listed{}, false
	}
	return sessions[i], true
}

// expectState waits until the session a.name is listed with a state and a number of clients.
func (a *account) expectState(state string, clients int) (session listed) {
	a.t.Helper()
	harness.Until(a.t, fmt.Sprintf("session %s %s with %d clients", a.name, state, clients), harness.Patience, func() bool {
		session, _ = a.find()
		return session.State == state && len(session.Clients) == clients
	}, func() string { return fmt.Sprintf("%+v", a.list()) })
	return session
}

// kill ends the session a.name and others, after which no process of the account may be
// left.
func (a *account) kill(others ...string) {
	a.t.Helper()
	a.killSession(others...)
	a.family.ExpectNone(a.t, harness.Patience)
}

// killSession ends the session a.name and others.
func (a *account) killSession(others ...string) {
	a.t.Helper()
	if out, status := a.run(append([]string{"kill", "--local", a.name}, others...)...); status != 0 {
		a.t.Errorf("gm kill: status %d\n%s", status, out)
	}
}

// client returns the process of the client that runs in a terminal.
func (a *account) client(x *harness.Terminal) (pid int) {
	a.t.Helper()
	shell, err := strconv.Atoi(x.Format("#{pane_pid}"))
	if err != nil {
		a.t.Fatal(err)
	}
	harness.Until(a.t, "client in the terminal", harness.Patience, func() bool {
		pid = a.clientBelow(shell)
		return pid != 0
	}, nil)
	return pid
}

func (a *account) clientBelow(parent int) (pid int) {
	line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", parent))
	if words := strings.Split(string(line), "\x00"); words[0] == a.gm && len(words) > 1 && words[1] != "server" {
		return parent
	}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%[1]d/task/%[1]d/children", parent))
	for _, child := range strings.Fields(string(children)) {
		if n, err := strconv.Atoi(child); err == nil && pid == 0 {
			pid = a.clientBelow(n)
		}
	}
	return pid
}

// expectLeft waits until a client has ended with status 0 and has printed these words.
func expectLeft(t *testing.T, x *harness.Terminal, words ...string) {
	t.Helper()
	status := x.ExpectEnd(harness.Patience)
	screen := x.Screen()
	text := strings.ReplaceAll(screen.String(), "\n", "")
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("no %q in\n%s", word, harness.Frame(screen))
		}
	}
	if status != 0 {
		t.Errorf("status %d, want 0\n%s", status, harness.Frame(screen))
	}
}
