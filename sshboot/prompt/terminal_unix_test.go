//go:build unix

package prompt

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"gm/internal/termios"
	"gm/sshboot/sshboottest"
)

// screen is the user's side of a terminal, with the output so far.
type screen struct {
	mu    sync.Mutex
	cond  *sync.Cond
	shown bytes.Buffer
	pty   *os.File
}

// openScreen returns a terminal to ask on, and its user's side.
func openScreen(t *testing.T) (term terminal, user *screen, fd int) {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close(); tty.Close() })
	fd = int(tty.Fd())
	s := &screen{pty: master}
	s.cond = sync.NewCond(&s.mu)
	go func() {
		b := make([]byte, 256)
		for {
			n, err := master.Read(b)
			s.mu.Lock()
			s.shown.Write(b[:n])
			s.mu.Unlock()
			s.cond.Broadcast()
			if err != nil {
				return
			}
		}
	}()
	open := func() (*os.File, *os.File, error) {
		dup, err := syscall.Dup(fd)
		file := os.NewFile(uintptr(dup), "tty")
		return file, file, err
	}
	return terminal{open: open}, s, fd
}

// await waits for text in the output.
func (s *screen) await(text string) { s.awaitTimes(text, 1) }

// awaitTimes waits until text is n times in the output.
func (s *screen) awaitTimes(text string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for strings.Count(s.shown.String(), text) < n {
		s.cond.Wait()
	}
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.String()
}

func echoes(t *testing.T, fd int) bool {
	t.Helper()
	state, err := termios.Get(fd)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

func TestSecretIsNotShown(t *testing.T) {
	term, user, tty := openScreen(t)
	go func() {
		user.await("Password: ")
		if echoes(t, tty) {
			t.Error("the prompt is there before the echo is off")
		}
		user.pty.WriteString("hidden\n")
	}()
	got, err := term.Secret(t.Context(), "Password: ")
	if err != nil || got != "hidden" {
		t.Fatalf("secret = %q, %v", got, err)
	}
	user.await("Password: \r\n")
	if !echoes(t, tty) || strings.Contains(user.text(), "hidden") {
		t.Errorf("shown %q, echo %v", user.text(), echoes(t, tty))
	}
}

func TestAnswerLeavesTheRest(t *testing.T) {
	term, user, _ := openScreen(t)
	user.pty.WriteString("first\nyes\nno\n")
	if got, err := term.Ask(t.Context(), "? "); err != nil || got != "first" {
		t.Errorf("answer = %q, %v", got, err)
	}
	for _, want := range []bool{true, false} {
		if got, err := term.Confirm(t.Context(), "sure?"); err != nil || got != want {
			t.Errorf("confirm = %v, %v", got, err)
		}
	}
}

func TestSignalRestoresTheTerminal(t *testing.T) {
	term, user, tty := openScreen(t)
	ctx, stop := signal.NotifyContext(t.Context(), syscall.SIGTERM)
	defer stop()
	go func() {
		user.await("Password: ")
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
	}()
	if _, err := term.Secret(ctx, "Password: "); !errors.Is(err, ErrInterrupted) {
		t.Errorf("secret: %v", err)
	}
	if !echoes(t, tty) {
		t.Error("the terminal does not echo any more")
	}
}

// A question and a relay begin on a line of their own, whatever was waited for.
func TestStatusIsWipedByAQuestion(t *testing.T) {
	for name, use := range map[string]func(terminal) error{
		"question": func(term terminal) error { _, err := term.Ask(t.Context(), "? "); return err },
		"relay": func(term terminal) error {
			_, err := term.Relay(t.Context(), io.Discard, func() {})
			return err
		},
	} {
		var out strings.Builder
		term := terminal{
			open:    func() (in, out *os.File, err error) { return nil, nil, os.ErrNotExist },
			notices: &statusLine{out: &out, width: func() int { return 80 }},
		}
		term.Status(Status{Text: "a wait"})
		if err := use(term); !errors.Is(err, ErrNoTerminal) || strings.Join(shownOn(out.String()), "\n") != "" {
			t.Errorf("%s: %v, shown %q", name, err, out.String())
		}
		if term.CanRelay() {
			t.Errorf("%s: without a terminal", name)
		}
	}
	if term, _, _ := openScreen(t); !term.CanRelay() {
		t.Error("with a terminal")
	}
}

func TestContextEndsAQuestion(t *testing.T) {
	term, user, _ := openScreen(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		user.await("? ")
		cancel()
	}()
	if _, err := term.Ask(ctx, "? "); !errors.Is(err, ErrInterrupted) {
		t.Errorf("answer: %v", err)
	}
}

func TestNoTerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	for _, open := range []func() (*os.File, *os.File, error){
		func() (*os.File, *os.File, error) { return nil, nil, os.ErrNotExist },
		func() (*os.File, *os.File, error) { return file, file, nil },
	} {
		if _, err := (terminal{open: open}).Secret(t.Context(), "? "); !errors.Is(err, ErrNoTerminal) {
			t.Errorf("secret: %v", err)
		}
	}
}

func TestAskpass(t *testing.T) {
	program := filepath.Join(t.TempDir(), "askpass")
	sshboottest.WriteFile(t, program, "#!/bin/sh\n[ \"$1\" = fail ] && exit 1\nprintf '%s|%s\\nmore\\n' \"$1\" \"$SSH_ASKPASS_PROMPT\"\n", 0o700)
	withTTY, _, _ := openScreen(t)
	without := terminal{open: func() (*os.File, *os.File, error) { return nil, nil, os.ErrNotExist }}
	for _, c := range []struct {
		variables []string
		term      terminal
		want      bool
	}{
		{nil, without, false},
		{[]string{"SSH_ASKPASS=" + program}, without, false},
		{[]string{"SSH_ASKPASS=" + program, "DISPLAY=:0"}, without, true},
		{[]string{"SSH_ASKPASS=" + program, "DISPLAY=:0"}, withTTY, false},
		{[]string{"SSH_ASKPASS=" + program, "DISPLAY=:0", "SSH_ASKPASS_REQUIRE=never"}, without, false},
		{[]string{"SSH_ASKPASS=" + program, "WAYLAND_DISPLAY=x", "SSH_ASKPASS_REQUIRE=prefer"}, withTTY, true},
		{[]string{"SSH_ASKPASS=" + program, "SSH_ASKPASS_REQUIRE=prefer"}, withTTY, false},
		{[]string{"SSH_ASKPASS=" + program, "SSH_ASKPASS_REQUIRE=force"}, withTTY, true},
	} {
		p := Choose(c.term, variables(c.variables).lookup)
		if _, is := p.(askpass); is != c.want {
			t.Errorf("%q: askpass %v, want %v", c.variables, is, c.want)
		}
	}
	a := askpass{terminal{}, program}
	if got, err := a.Secret(t.Context(), "Password: "); err != nil || got != "Password: |" {
		t.Errorf("secret = %q, %v", got, err)
	}
	if got, err := a.Ask(t.Context(), "Name"); err != nil || got != "Name|" {
		t.Errorf("answer = %q, %v", got, err)
	}
	if got, err := a.Confirm(t.Context(), "Sure?"); err != nil || got { // it printed something other than yes
		t.Errorf("confirm = %v, %v", got, err)
	}
	if _, err := a.Secret(t.Context(), "fail"); err == nil {
		t.Error("a refusal gave an answer")
	}
}

// Whatever others have written in a notice or a prompt, the terminal gets text.
func TestPromptsAndNoticesAreSanitized(t *testing.T) {
	const hostile, clean = "\x1b[2J\u202ename\u009b", "?[2Jname?"
	term, user, _ := openScreen(t)
	var notices strings.Builder
	term.notices = &statusLine{out: &notices, width: func() int { return 80 }}
	term.Notice(hostile)
	if notices.String() != clean+"\n" {
		t.Errorf("notice: %q", notices.String())
	}
	for _, ask := range []func(context.Context, string) (string, error){term.Secret, term.Ask} {
		user.pty.WriteString("x\n")
		if _, err := ask(t.Context(), hostile+"? "); err != nil {
			t.Fatal(err)
		}
		user.await(clean + "? ")
	}
	if shown := user.text(); strings.ContainsAny(shown, "\x1b\u202e\u009b") {
		t.Errorf("shown: %q", shown)
	}
	program := filepath.Join(t.TempDir(), "askpass")
	sshboottest.WriteFile(t, program, "#!/bin/sh\necho \"$1\"\n", 0o700)
	if got, err := (askpass{terminal{}, program}).Secret(t.Context(), hostile+"\x00"); err != nil || got != clean+"?" {
		t.Errorf("askpass got %q, %v", got, err)
	}
}

// suspendedPrompt is set in the environment of a process of this test binary that is to
// ask a question.
const suspendedPrompt = "GM_TEST_PROMPT"

// A shell has the terminal while a question is suspended, as often as that happens,
// and the question is shown again afterwards.
func TestSuspendAtAPrompt(t *testing.T) {
	if os.Getenv(suspendedPrompt) != "" {
		answer, err := NewTerminal(false).Secret(t.Context(), "Password: ")
		os.Stdout.WriteString("got <" + answer + ">\n")
		if err != nil {
			t.Error(err)
		}
		return
	}
	shell := exec.Command("bash", "--norc", "--noediting", "-i")
	shell.Env = append(os.Environ(), suspendedPrompt+"=1", "PS1=shell: ")
	term, user, fd := openScreen(t)
	tty, _, err := term.open()
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	shell.Stdin, shell.Stdout, shell.Stderr = tty, tty, tty
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	defer shell.Wait()
	user.await("shell: ")
	user.pty.WriteString(os.Args[0] + " -test.run='^TestSuspendAtAPrompt$'\n")
	for i := range 2 {
		user.awaitTimes("Password: ", i+1)
		user.pty.WriteString("half\x1a")
		user.awaitTimes("Stopped", 2*i+1)
		if !echoes(t, fd) {
			t.Error("the shell has a terminal that does not echo")
		}
		user.pty.WriteString("jobs; fg\n")
		user.awaitTimes("Stopped", 2*i+2)
	}
	user.awaitTimes("Password: ", 3)
	user.pty.WriteString("hidden\n")
	user.await("got <hidden>")
	user.pty.WriteString("exit\n")
}

// variables are environment variables, as NAME=VALUE.
type variables []string

func (v variables) lookup(name string) (string, bool) {
	for _, variable := range v {
		if n, value, _ := strings.Cut(variable, "="); n == name {
			return value, true
		}
	}
	return "", false
}
