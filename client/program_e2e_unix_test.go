//go:build e2e && unix

package client

import (
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"gm/vt"
)

func TestProgramEchoes(t *testing.T) {
	w := open(t, programGM, nil, local("cat")...)
	w.until("the session", func(*vt.Screen) bool { return w.screen.AlternateScreen() })
	w.types("héllo 漢字\r")
	w.sees("héllo 漢字\nhéllo 漢字")
	if !w.screen.ApplicationCursorKeys() {
		t.Error("cursor keys are not in application mode")
	}
	w.types("\x04")
	w.exits(exitOK)
	w.sees("[gm is exiting.]")
}

func TestProgramQuits(t *testing.T) {
	w := open(t, programGM, nil, local("sh", "-c", `printf '\033[?1000;1006;2004h\033[?25l'; echo ready; cat`)...)
	w.sees("ready")
	w.until("the modes", func(s *vt.Screen) bool { return s.Modes.Mouse == 1000 && s.Modes.BracketedPaste && s.Cursor.Hidden })
	w.types("\x1e")
	w.sees("gm: Commands: Ctrl-Z suspends")
	w.types(".")
	w.exits(exitOK)
}

func TestProgramResizes(t *testing.T) {
	w := open(t, programGM, nil, local("sh", "-c", `trap 'stty size' WINCH; echo ready; while :; do read x; done`)...)
	w.sees("ready")
	w.screen.Resize(100, 30)
	if err := pty.Setsize(w.master, &pty.Winsize{Cols: 100, Rows: 30}); err != nil {
		t.Fatal(err)
	}
	w.sees("30 100")
	w.types("\x1e.")
	w.exits(exitOK)
}

func TestProgramSuspends(t *testing.T) {
	for _, how := range []struct {
		name    string
		suspend func(*window)
	}{
		{"by the escape key", func(w *window) { w.types("\x1e\x1a") }},
		{"by a signal", func(w *window) { w.cmd.Process.Signal(unix.SIGTSTP) }},
	} {
		t.Run(how.name, func(t *testing.T) {
			w := open(t, programGM, nil, local("cat")...)
			w.until("the session", func(*vt.Screen) bool { return w.screen.AlternateScreen() })
			w.types("before\r")
			w.sees("before\nbefore")
			how.suspend(w)
			w.sees("[gm is suspended.]")
			var status unix.WaitStatus
			if _, err := unix.Wait4(w.cmd.Process.Pid, &status, unix.WUNTRACED, nil); err != nil || !status.Stopped() {
				t.Fatalf("the program has not stopped: %v, %v", status, err)
			}
			w.restored()
			w.screen.Write([]byte("other output\r\n"))
			w.cmd.Process.Signal(unix.SIGCONT)
			w.sees("before\nbefore")
			w.types("after\r")
			w.sees("after\nafter")
			w.types("\x04")
			w.exits(exitOK)
		})
	}
}

func TestProgramSurvivesAStop(t *testing.T) {
	w := open(t, programGM, nil, local("cat")...)
	w.until("the session", func(*vt.Screen) bool { return w.screen.AlternateScreen() })
	w.types("before\r")
	w.sees("before\nbefore")
	w.cmd.Process.Signal(unix.SIGSTOP)
	var status unix.WaitStatus
	if _, err := unix.Wait4(w.cmd.Process.Pid, &status, unix.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatalf("the program has not stopped: %v, %v", status, err)
	}
	if err := term.Restore(int(w.slave.Fd()), w.before); err != nil {
		t.Fatal(err)
	}
	w.screen.Write([]byte("\x1b[2J"))
	w.cmd.Process.Signal(unix.SIGCONT)
	w.sees("before\nbefore")
	w.types("after\r")
	w.sees("after\nafter")
	w.types("\x1e.")
	w.exits(exitOK)
}

func TestProgramObeysSignals(t *testing.T) {
	for _, s := range []unix.Signal{unix.SIGTERM, unix.SIGINT, unix.SIGHUP, unix.SIGQUIT} {
		t.Run(s.String(), func(t *testing.T) {
			w := open(t, programGM, nil, local("cat")...)
			w.until("the session", func(*vt.Screen) bool { return w.screen.AlternateScreen() })
			w.types("x")
			w.sees("x")
			w.cmd.Process.Signal(s)
			w.exits(exitOK)
		})
	}
}

func TestProgramRestoresAfterAPanic(t *testing.T) {
	for _, program := range []string{"panic", "panic feeder"} {
		t.Run(program, func(t *testing.T) {
			w := open(t, program, nil)
			w.exits(exitFailed)
			w.sees("gm: internal error: ")
			w.sees("hint: ")
			if !strings.Contains(w.history, "\x1b[22;0t") {
				t.Error("the panic came before the terminal was taken")
			}
		})
	}
}

func TestProgramPredicts(t *testing.T) {
	w := open(t, programGM, nil, append([]string{"-a"}, local("cat")...)...)
	w.until("the session", func(*vt.Screen) bool { return w.screen.AlternateScreen() })
	w.types("abc")
	w.sees("abc")
	w.types("\x7fd\r")
	w.sees("abd\nabd")
	w.types("\x04")
	w.exits(exitOK)
}

func TestProgramWithoutInit(t *testing.T) {
	w := open(t, programGM, nil, append([]string{"--no-init"}, local("echo", "here")...)...)
	w.exits(exitOK)
	w.sees("here")
	w.sees("[gm is exiting.]")
	if strings.Contains(w.history, "1049") {
		t.Error("the alternate screen is used")
	}
}

func TestProgramRunsAnotherClient(t *testing.T) {
	script := t.TempDir() + "/client"
	body := "#!/bin/sh\n" + `echo "$# $1 $2 $MOSH_PREDICTION_DISPLAY $MOSH_PREDICTION_OVERWRITE ${#MOSH_KEY}"; exit 7` + "\n"
	if err := os.WriteFile(script, []byte(body), 0o700); err != nil {
		t.Fatal(err)
	}
	w := open(t, programGM, nil, append([]string{"-n", "-o", "--client=" + script}, local("true")...)...)
	w.exits(7)
	w.sees("3 -# 127.0.0.1 | 127.0.0.1 never yes 22")
}

func TestProgramExitStatuses(t *testing.T) {
	tests := []struct {
		program string
		env     []string
		args    []string
		status  int
		says    string
	}{
		{programGM, nil, []string{"--bogus"}, exitUsage, "hint: gm --help lists the options"},
		{programGM, nil, nil, exitUsage, "gm: no host given"},
		{programMosh, nil, []string{"--predict=bogus", "h"}, exitUsage, `mosh: unknown prediction mode "bogus"`},
		{programMosh, []string{"MOSH_PREDICTION_DISPLAY=bogus"}, []string{"h"}, exitUsage, "MOSH_PREDICTION_DISPLAY"},
		{programGM, nil, []string{"--help"}, exitOK, "Usage: gm"},
		{programGM, nil, []string{"--print-config", "-F", "none", "--deploy=never", "h"}, exitOK, "deploy never  # --deploy"},
		{programMosh, nil, []string{"--version"}, exitOK, "gm test"},
		{programGM, nil, []string{"--local", "--server=false"}, exitBoot, "gm: start a server on this machine: exit status 1"},
		{programGM, nil, []string{"--local", "--server=/nonexistent"}, exitBoot, "/nonexistent"},
		{programMoshClient, nil, nil, exitFailed, "Usage: mosh-client"},
		{programMoshClient, nil, []string{"127.0.0.1", "60001"}, exitFailed, "no MOSH_KEY in the environment"},
		{programMoshClient, []string{"MOSH_KEY=short"}, []string{"127.0.0.1", "60001"}, exitFailed, "read MOSH_KEY: "},
		{programMoshClient, nil, []string{"-c"}, exitOK, "256"},
		{programMoshClient, nil, []string{"--version"}, exitOK, "Usage: mosh-client"},
	}
	for _, test := range tests {
		t.Run(strings.Join(append([]string{test.program}, test.args...), " "), func(t *testing.T) {
			w := open(t, test.program, test.env, test.args...)
			w.exits(test.status)
			w.sees(test.says)
		})
	}
}

func TestMoshClientRuns(t *testing.T) {
	cmd := exec.Command("mosh-server", "new", "-i", "127.0.0.1", "-c", "256", "--", "cat")
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	a, _, err := runServer(t.Context(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	w := open(t, programMoshClient, []string{"MOSH_KEY=" + a.Key.String()},
		"-# args |", "127.0.0.1", fmt.Sprint(a.Port))
	w.until("the session", func(*vt.Screen) bool { return w.screen.AlternateScreen() })
	w.types("x\r")
	w.sees("x\nx")
	w.types("\x1e.")
	w.exits(exitOK)
}

// endings are the requests to end gm.
var endings = []struct {
	name string
	ask  func(w *window)
}{
	{"SIGTERM", func(w *window) { w.cmd.Process.Signal(unix.SIGTERM) }},
	{"SIGHUP", func(w *window) { w.cmd.Process.Signal(unix.SIGHUP) }},
	{"SIGINT", func(w *window) { w.cmd.Process.Signal(unix.SIGINT) }},
	{"escape key", func(w *window) { w.types("some text"); w.types("\x1e"); w.types(".") }},
}

// TestProgramEndsThoughItHangs: a loop that hangs does not delay the end, and the
// terminal is restored.
func TestProgramEndsThoughItHangs(t *testing.T) {
	for _, end := range endings {
		t.Run(end.name, func(t *testing.T) {
			t.Parallel()
			w := open(t, "stuck", nil)
			w.until("the bell of a loop that is stuck", func(s *vt.Screen) bool { return s.Bells > 0 })
			w.screen.Resize(81, 24)
			if err := pty.Setsize(w.master, &pty.Winsize{Cols: 81, Rows: 24}); err != nil {
				t.Fatal(err) // an event that the loop does not take
			}
			began := time.Now()
			end.ask(w)
			w.exits(exitFailed)
			t.Logf("it took %v", time.Since(began))
			w.sees("gm did not shut down cleanly")
		})
	}
}

// TestProgramEndsThoughTheTerminalIsStuck: a terminal that takes no output, because its
// window is busy or stopped, does not delay the end.
func TestProgramEndsThoughTheTerminalIsStuck(t *testing.T) {
	for _, end := range endings {
		t.Run(end.name, func(t *testing.T) {
			t.Parallel()
			w := open(t, programGM, nil, local("sh", "-c", `printf '\033]11;#102030\007\033]1337;SetUserVar=a=YQ==\007ready\r\n'; read x; while :; do od -c /bin/sh; done`)...)
			w.sees("ready")
			w.types("\r")
			w.stop()
			end.ask(w)
			w.ends() // cleanly, unless this machine is slow
			if s := w.screen.Snapshot(); s.Colors != nil || len(s.Notes) > 0 {
				t.Error("colours or variables of the program stay")
			}
		})
	}
}

// TestProgramEndsThoughItCannotSuspend stalls the terminal before gm suspends itself:
// gm still ends.
func TestProgramEndsThoughItCannotSuspend(t *testing.T) {
	w := flooded(t)
	w.stop()
	w.types("\x1e\x1a\x1e.")
	w.ends() // cleanly, unless this machine is slow
}

// TestProgramEndsThoughItCannotResume stalls the terminal before gm is continued: gm still
// ends.
func TestProgramEndsThoughItCannotResume(t *testing.T) {
	w := flooded(t)
	w.stop()
	if err := term.Restore(int(w.slave.Fd()), w.before); err != nil {
		t.Fatal(err)
	}
	w.cmd.Process.Signal(unix.SIGCONT)
	late := time.After(patience)
	for tick := time.NewTicker(time.Millisecond); ; {
		if now, err := term.GetState(int(w.slave.Fd())); err != nil || !reflect.DeepEqual(now, w.before) {
			break
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("the terminal is not in raw mode again")
		}
	}
	w.cmd.Process.Signal(unix.SIGTERM)
	w.ends() // cleanly, unless this machine is slow
}

// flooded returns a session whose program writes without end.
func flooded(t *testing.T) *window {
	t.Helper()
	w := open(t, programGM, nil, local("sh", "-c", `echo ready; read x; while :; do od -c /bin/sh; done`)...)
	w.sees("ready")
	w.types("\r")
	return w
}

// TestProgramSuspendsAfterAStall: gm suspends itself once a stalled terminal takes
// output again.
func TestProgramSuspendsAfterAStall(t *testing.T) {
	w := flooded(t)
	w.stop()
	w.types("\x1e\x1a")
	w.stopped = false
	w.reading.Unlock()
	w.sees("[gm is suspended.]")
	var status unix.WaitStatus
	if _, err := unix.Wait4(w.cmd.Process.Pid, &status, unix.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatalf("the program has not stopped: %v, %v", status, err)
	}
	w.restored()
	w.cmd.Process.Signal(unix.SIGCONT)
	w.until("the session", func(*vt.Screen) bool { return w.screen.AlternateScreen() })
	w.types("\x1e.")
	w.exits(exitOK)
}
