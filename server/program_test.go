//go:build unix

package server

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestSession(t *testing.T) {
	s := startServer(t, nil, "--", "cat")
	c := s.connect(80, 24)
	c.typeKeys("hello\r")
	c.see("hello\nhello")
	c.typeKeys("\x04")
	c.end()
	s.gone()
	if files, err := filepath.Glob(filepath.Join(s.sockets, "gm/sessions/*-*")); err != nil || len(files) > 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}

func TestLoginShell(t *testing.T) {
	s := startServer(t, []string{"-c", "256", "-l", "LANG=de_DE.UTF-8"})
	c := s.connect(61, 17)
	c.typeKeys("stty -a; exec 2>&1; PS1=; clear; echo $0 $TERM $COLORTERM $LANG $PWD-$MOSH_CANARY$MOSH_KEY-; stty size\r")
	c.see("-sh xterm-256color truecolor de_DE.UTF-8 ")
	c.see("17 61")
	if !strings.Contains(strings.ReplaceAll(c.text(), "\n", ""), s.home+"-1-") {
		t.Errorf("not at home, with the key, or without the variables that the server was started with:\n%s", c.text())
	}
	c.resize(50, 10)
	c.typeKeys("stty size\r")
	c.see("10 50")
	c.typeKeys("exit\r")
	c.end()
	s.gone()
}

func TestFewColors(t *testing.T) {
	s := startServer(t, nil, "--", "sh", "-c", "echo $TERM-$COLORTERM-$LC_CTYPE; cat")
	c := s.connect(80, 24)
	c.see("xterm--C.UTF-8")
	c.quit()
	s.gone()
}

func TestNoSuchCommand(t *testing.T) {
	s := startServer(t, nil, "--", "no-such-command")
	c := s.connect(80, 24)
	c.see(`gm: exec: "no-such-command": executable file not found in $PATH`)
	c.end()
	s.gone()
}

// The client's end hangs the program up.
func TestHangUp(t *testing.T) {
	s := startServer(t, nil, "--", "sh", "-c", "echo pid=$$; exec sleep 1000")
	c := s.connect(80, 24)
	c.see("pid=")
	_, text, _ := strings.Cut(c.text(), "pid=")
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	c.quit()
	s.gone()
	eventually(t, "the program lives on", func() bool { return !running(pid) })
}

func TestSignals(t *testing.T) {
	s := startServer(t, nil, "--", "cat")
	c := s.connect(80, 24)
	c.typeKeys("before\r")
	c.see("before\nbefore")
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGPIPE} {
		if err := syscall.Kill(s.pid, sig); err != nil {
			t.Fatal(err)
		}
	}
	c.typeKeys("after\r")
	c.see("after\nafter")
	if err := syscall.Kill(s.pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.end()
	s.gone()
}

// The hang-up that the server ignores is not ignored by its programs.
func TestInheritedSignals(t *testing.T) {
	s := startServer(t, nil, "--", "sh", "-c", "kill -HUP $$; echo survived; cat")
	c := s.connect(80, 24)
	c.end()
	if text := c.text(); text != "" {
		t.Errorf("the program goes on:\n%s", text)
	}
	s.gone()
}

// Input that a program does not read stops neither its output nor the session,
// nor does it grow.
func TestInputOfDeafProgram(t *testing.T) {
	s := startServer(t, nil, "--", "sh", "-c", "stty raw -echo; i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.05; done")
	c := s.connect(80, 24)
	c.see("tick 1")
	paste := strings.Repeat("x", 60<<10)
	for range 20 {
		c.typeKeys(paste)
		num := c.wire.Sent() + 1
		c.waitFor("input is not acknowledged", func() bool { acked, _ := c.wire.Acked(); return acked >= num })
	}
	c.see("tick 4")
	c.quit()
	s.gone()
}

func TestClientPortChanges(t *testing.T) {
	s := startServer(t, nil, "--", "cat")
	c := s.connect(80, 24)
	c.typeKeys("one\r")
	c.see("one\none")
	old := c.conn
	conn, err := net.DialUDP("udp4", nil, old.RemoteAddr().(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	old.Close()
	c.conn = conn
	c.typeKeys("two\r")
	c.see("two\ntwo")
	c.quit()
	s.gone()
}

func TestPortTaken(t *testing.T) {
	taken, err := net.ListenUDP("udp4", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := strconv.Itoa(taken.LocalAddr().(*net.UDPAddr).Port)
	cmd := serverCommand(t, "new", "-p", port)
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), port) {
		t.Errorf("status %v, output %q", err, out)
	}
}

func TestServerCommandLine(t *testing.T) {
	tests := []struct {
		args   string
		status int
		want   string
	}{
		{"--help", 0, "Usage: gm server new"},
		{"new --version", 0, "gm server "},
		{"new -p x", 1, "Usage: gm server new"},
		{"one two three", 1, "gm: too many words"},
	}
	for _, test := range tests {
		cmd := serverCommand(t, strings.Fields(test.args)...)
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != test.status || !strings.Contains(string(out), test.want) {
			t.Errorf("%q: status %d, output %q", test.args, got, out)
		}
	}
}

func TestGrantedExtensions(t *testing.T) {
	s := startServer(t, []string{"-@", "gm=screen,unknown,appearance"}, "--", "cat")
	if got := strings.Join(s.Extensions, " "); got != "screen appearance" {
		t.Errorf("granted %q", got)
	}
	s = startServer(t, []string{"-@", "other"}, "--", "cat")
	if len(s.Extensions) > 0 {
		t.Errorf("granted %q unasked", s.Extensions)
	}
}

// running reports whether a process exists and is not a zombie.
func running(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if os.IsNotExist(err) {
		return syscall.Kill(pid, 0) == nil && !hasProc()
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(after, "Z")
}

func hasProc() bool {
	_, err := os.Stat("/proc/self/stat")
	return err == nil
}

// A window that grows shows what had scrolled off, if the client is gm.
func TestMemoryGrowth(t *testing.T) {
	for extensions, want := range map[string]string{"gm=screen": "\n87\n88\n", "gm=": "\n94\n95\n"} {
		s := startServer(t, []string{"-@", extensions}, "--", "sh", "-c", "seq 100; read x; echo end")
		c := s.connect(80, 10)
		c.see("99\n100")
		c.resize(80, 20)
		c.typeKeys("\r")
		c.see("end")
		if text := "\n" + c.text(); !strings.Contains(text, want) || strings.Contains(text, "\n87\n") != (extensions == "gm=screen") {
			t.Errorf("%s: the screen is\n%s", extensions, text)
		}
		c.quit()
		s.gone()
	}
}
