//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"gm/e2e/harness"
)

// TestNameBeginsAndEnters begins a session by its name, detaches by the escape key, and
// enters the session by its name. The command of the second line is not run.
func TestNameBeginsAndEnters(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	x := a.window("--local", "--name="+a.name, "--", "sh", "-c", "echo first; read line; echo got $line; exit 3")
	x.ExpectLine("first")
	x.Type("\x1ed")
	expectLeft(t, x, "[gm: detached from "+a.name+". Back: gm attach --local "+a.name+"]")
	a.expectState("detached", 0)

	x = a.window("--local", "--name="+a.name, "--", "sh", "-c", "echo second")
	x.ExpectLine("first")
	x.Line("it")
	if status := x.ExpectEnd(harness.Patience); status != 3 {
		t.Errorf("status %d, want 3", status)
	}
	if screen := x.Screen(); !screen.HasLine("got it") || screen.HasLine("second") {
		t.Errorf("not the first command's end:\n%s", harness.Frame(screen))
	}
	a.family.ExpectNone(t, harness.Patience)
}

// TestSameNameAtOnce starts two clients for one name at the same moment: there is one
// session, and one of the clients is in it.
func TestSameNameAtOnce(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	args := slices.Concat([]string{"--local", "--name=" + a.name, "--share", "--"}, harness.Shell())
	one, two := a.window(args...), a.window(args...)
	one.ExpectLine("$")
	two.ExpectLine("$")
	a.expectState("attached", 2)
	n := 0
	for _, s := range a.list() {
		if s.Name == a.name {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d sessions are called "+a.name+", want 1", n)
	}
	one.Line("echo from-''one")
	two.ExpectLine("from-one")
	two.Line("echo from-''two")
	one.ExpectLine("from-two")
	a.kill()
}

// TestWindowGone ends the client of a session by a signal, or closes its terminal. A named
// session goes on without a client, and a numbered one ends.
func TestWindowGone(t *testing.T) {
	t.Parallel()
	ways := []struct {
		name string
		gone func(w *closedWindow, pid int)
	}{
		{"closed", func(w *closedWindow, pid int) { w.master.Close() }},
		{"SIGHUP", func(w *closedWindow, pid int) { signalPID(w.t, pid, syscall.SIGHUP) }},
		{"SIGTERM", func(w *closedWindow, pid int) { signalPID(w.t, pid, syscall.SIGTERM) }},
	}
	for _, way := range ways {
		for _, kind := range []string{"named", "numbered"} {
			t.Run(way.name+" "+kind, func(t *testing.T) {
				t.Parallel()
				a := newAccount(t, racing)
				name := a.name
				if kind == "numbered" {
					name = ""
				}
				w := a.openWindow(slices.Concat([]string{"--local", "--name=" + name, "--"}, harness.Shell())...)
				w.until("a prompt", func() bool { return w.shows("$ ") })
				server := a.expectServers(1)[0]
				way.gone(w, w.pid)
				if name == "" {
					a.family.ExpectNone(t, harness.Patience)
					return
				}
				s := a.expectState("detached", 0)
				if s.Pid != server {
					t.Errorf("the session's server is %d, was %d", s.Pid, server)
				}
				a.kill()
			})
		}
	}
}

// expectServers waits until n servers of the account run and returns their processes.
func (a *account) expectServers(n int) (pids []int) {
	a.t.Helper()
	harness.Until(a.t, fmt.Sprintf("%d servers", n), harness.Patience, func() bool {
		pids = nil
		for _, p := range a.family.Processes() {
			if p.Command[0] == a.gm && len(p.Command) > 1 && p.Command[1] == "server" {
				pids = append(pids, p.PID)
			}
		}
		return len(pids) == n
	}, func() string { return fmt.Sprint(a.family.Processes()) })
	return pids
}

// TestEndedWithoutClient attaches to a session whose shell has ended meanwhile: its last
// screen is shown, and its exit status is the client's.
func TestEndedWithoutClient(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	x := a.begin()
	gate := harness.TempDir(t) + "/gate"
	x.Line("until [ -e " + gate + " ]; do sleep 0.05; done; echo la''st words; exit 3")
	x.Type("\x1ed")
	expectLeft(t, x)
	a.expectState("detached", 0)
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s := a.expectState("ended", 0); s.Exit == nil || *s.Exit != 3 {
		t.Errorf("listed is %+v, want exit 3", s)
	}
	x = a.window("attach", "--local", a.name)
	if status := x.ExpectEnd(harness.Patience); status != 3 {
		t.Errorf("status %d, want 3\n%s", status, harness.Frame(x.Screen()))
	}
	if screen := x.Screen(); !screen.HasLine("last words") {
		t.Errorf("not the last screen:\n%s", harness.Frame(screen))
	}
	a.family.ExpectNone(t, harness.Patience)
	if out, status := a.run("attach", "--local", a.name); status == 0 || !strings.Contains(out, "gm: ") {
		t.Errorf("status %d, %q", status, out)
	}
}
