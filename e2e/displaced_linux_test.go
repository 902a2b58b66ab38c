//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestTakeOver has two terminals take a session over from each other. The displaced client
// reports by whom, ends with status 0 and restores its terminal.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	one, two := a.desk(), a.desk()
	for _, d := range []*desk{one, two} {
		d.Line("bind 'set enable-bracketed-paste off'; clear; before=$(stty -g); echo ke''pt")
		d.ExpectLine("kept")
	}
	one.Line(strings.Join(slices.Concat([]string{racing, "--local", "--name=" + a.name, "--"}, quoted(harness.Shell())), " "))
	one.ExpectLine("$")
	one.Line(`printf '\033[?2004h\033[?1003h\033[?1006h\033[?25l\033[31mhid''den\033[?1h\033='`)
	one.Expect("hidden")
	one.ExpectFormat("#{mouse_all_flag}", "1")
	for range 2 {
		for _, pair := range [][2]*desk{{one, two}, {two, one}} {
			from, to := pair[0], pair[1]
			to.Line(racing + " attach --local " + a.name)
			to.Expect("hidden")
			to.ExpectFormat("#{mouse_all_flag}#{cursor_flag}", "10")
			from.expectDisplaced(a.name)
			to.Line(":")
		}
	}
	a.end(one, two)
}

// expectDisplaced expects the words of a client that was displaced, its status, and the
// terminal of before.
func (d *desk) expectDisplaced(session string) {
	d.t.Helper()
	d.ExpectFormat("#{alternate_on}#{mouse_any_flag}#{mouse_sgr_flag}#{cursor_flag}#{keypad_cursor_flag}#{keypad_flag}", "000100")
	d.expectPrompt()
	screen := d.Expect("[gm: " + session + " was taken over by ")
	if text := strings.ReplaceAll(screen.String(), "\n", ""); !strings.Contains(text, "Back: gm attach --local "+session+"]") {
		d.t.Errorf("not the words of a take-over:\n%s", harness.Frame(screen))
	}
	d.Line(`clear; echo st''atus $?; test "$before" = "$(stty -g)" && echo same''as || stty -a`)
	d.ExpectLine("sameas")
	if !d.Screen().HasLine("status 0") {
		d.t.Errorf("not status 0:\n%s", harness.Frame(d.Screen()))
	}
}

// end ends the session, and the shells around it.
func (a *account) end(desks ...*desk) {
	a.t.Helper()
	a.killSession()
	for _, d := range desks {
		d.expectPrompt()
		d.Line("exit")
		d.ExpectEnd(harness.Patience)
	}
	a.family.ExpectNone(a.t, harness.Patience)
}

// TestTakeOverOverSSH names the address of the client that took over, and the host in the
// command that enters the session again.
func TestTakeOverOverSSH(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{Env: []string{"XDG_STATE_HOME=" + harness.TempDir(t)}})
	name := h.account(racing).name
	one := h.shell(racing, nil, "--name="+name, h.Destination())
	one.ExpectLine("$")
	two := h.gm(racing, nil, "attach", h.Destination(), name)
	two.ExpectLine("$")
	expectLeft(t, one, "[gm: "+name+" on ", " was taken over by ", " from 127.0.0.1. Back: gm attach ", " "+name+"]")
	one = h.gm(racing, nil, "--name="+name, h.Destination())
	one.ExpectLine("$")
	expectLeft(t, two, " was taken over by ", " from 127.0.0.1. ")
	h.use(one)
}

// TestStoppedClientIsDisplaced stops a client, takes its session over, and continues it
// later: it ends as one that was displaced, and its keys have no effect.
func TestStoppedClientIsDisplaced(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	one := a.begin()
	stopped := a.client(one)
	signalPID(t, stopped, syscall.SIGSTOP)
	awaitStop(t, stopped)
	one.Line("echo for''bidden")
	two := a.window("attach", "--local", a.name)
	two.ExpectLine("$")
	a.expectState("attached", 1)
	two.Line("echo tw''o")
	two.ExpectLine("two")
	signalPID(t, stopped, syscall.SIGCONT)
	expectLeft(t, one, "[gm: "+a.name+" was taken over by ", "Back: gm attach --local "+a.name+"]")
	two.Line("echo st''ill")
	if screen := two.ExpectLine("still"); screen.Has("forbidden") {
		t.Errorf("keys of a displaced client have an effect:\n%s", harness.Frame(screen))
	}
	a.kill()
}

// awaitStop waits until all threads of a process have stopped.
func awaitStop(t *testing.T, pid int) {
	t.Helper()
	end := time.Now().Add(harness.Patience)
	for {
		running := 0
		stats, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		for _, path := range stats {
			text, _ := os.ReadFile(path)
			if _, state, _ := strings.Cut(string(text), ") "); !strings.HasPrefix(state, "T") {
				running++
			}
		}
		switch {
		case err != nil || len(stats) == 0:
			t.Fatalf("no process %d: %v", pid, err)
		case running == 0:
			return
		case time.Now().After(end):
			t.Fatalf("process %d has %d threads that run", pid, running)
		}
	}
}
