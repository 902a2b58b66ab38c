//go:build e2e

package e2e

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// xServer is an X server of the user that only clients with its cookie may use.
type xServer struct {
	t       *testing.T
	env     []string // DISPLAY and XAUTHORITY
	display string
}

func newXServer(t *testing.T) *xServer {
	t.Helper()
	auth := filepath.Join(t.TempDir(), "cookies")
	const cookie = "00112233445566778899aabbccddeeff"
	xauth := func(display string) {
		if out, err := exec.Command("xauth", "-q", "-f", auth, "add", display, ".", cookie).CombinedOutput(); err != nil {
			t.Fatalf("xauth: %v: %s", err, out)
		}
	}
	xauth(":0")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	// An X server that resets after its last client forgets the cookies of untrusted ones.
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-nolisten", "tcp", "-noreset", "-auth", auth, "-screen", "0", "640x480x24")
	cmd.ExtraFiles = []*os.File{w}
	err = cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Signal(syscall.SIGTERM); cmd.Wait() })
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb: %v", err)
	}
	display := ":" + strings.TrimSpace(number)
	xauth(display)
	return &xServer{t, []string{"DISPLAY=" + display, "XAUTHORITY=" + auth}, display}
}

// xdotool runs xdotool with words, and returns the lines of its output.
func (x *xServer) xdotool(words ...string) []string {
	cmd := exec.Command("xdotool", words...)
	cmd.Env = append(os.Environ(), x.env...)
	out, _ := cmd.Output() // it fails if there is no window
	return strings.Fields(string(out))
}

// window waits for a window with a title, and returns its number.
func (x *xServer) window(title string) (id string) {
	x.t.Helper()
	harness.Until(x.t, "the window "+title, harness.Patience, func() bool {
		ids := x.xdotool("search", "--onlyvisible", "--name", "^"+title+"$")
		if len(ids) > 0 {
			id = ids[0]
		}
		return len(ids) > 0
	}, nil)
	return id
}

func (x *xServer) expectNoWindow(title string) {
	x.t.Helper()
	harness.Until(x.t, "the end of the window "+title, harness.Patience, func() bool {
		return len(x.xdotool("search", "--name", "^"+title+"$")) == 0
	}, nil)
}

var anyDisplay = regexp.MustCompile(`localhost:\d+\.`)

// x11AsSSH runs a command by gmssh and by ssh, and compares the results. It returns that of ssh.
func (s *sshHost) x11AsSSH(t *testing.T, env []string, args ...string) result {
	t.Helper()
	run := func(program string) (r result) {
		cmd := s.command(program, args...)
		cmd.Env = append(cmd.Env, env...)
		var out, errs strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &errs
		cmd.Run()
		clean := func(text string) string {
			return anyDisplay.ReplaceAllString(strings.ReplaceAll(text, "\r\n", "\n"), "localhost:N.")
		}
		return result{cmd.ProcessState.ExitCode(), clean(out.String()), clean(errs.String())}
	}
	want, got := run("ssh"), run(s.gmssh)
	if got != want {
		t.Errorf("%q: %+v, ssh: %+v", args, got, want)
	}
	return want
}

// TestX11 has programs of the host use the user's X server as ssh has them: trusted and not,
// through the session, and with -tt over the SSH connection.
func TestX11(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t, "X11Forwarding yes")
	defer s.sessions.ExpectNone(t, harness.Patience) // which remove their cookies
	// sshd adds its cookie to this file, and says so the first time.
	sshboottest.WriteFile(t, filepath.Join(s.Home, ".Xauthority"), "", 0o600)
	x := newXServer(t)
	const (
		untrusted = "ForwardX11Trusted=no"
		info      = "xdpyinfo | grep -e name -e vendor: -e 'number of extensions'"
		wrong     = "export XAUTHORITY=$HOME/wrong; xauth -q add $DISPLAY . 0123456789abcdef0123456789abcdef 2>/dev/null; xdpyinfo"
	)
	for _, c := range []struct {
		name string
		env  []string
		args []string
		out  string // has this, or the errors do
	}{
		{"trusted", nil, []string{"-Y", "host", info}, "localhost:N.0"},
		{"untrusted", nil, []string{"-X", "-o", untrusted, "host", info}, "localhost:N.0"},
		{"another screen", []string{"DISPLAY=" + x.display + ".3"}, []string{"-Y", "host", "echo $DISPLAY"}, "localhost:N.3"},
		{"withdrawn", nil, []string{"-Y", "-x", "host", "echo display $DISPLAY"}, "display\n"},
		{"a wrong cookie", nil, []string{"-Y", "host", wrong}, "X11 connection rejected because of wrong authentication."},
		{"without xauth here", nil, []string{"-Y", "-o", "XAuthLocation=/no/such", "host", "echo display"}, "No xauth data"},
		{"untrusted without xauth here", nil, []string{"-X", "-o", untrusted, "-o", "XAuthLocation=/no/such", "host", "echo display $DISPLAY"}, "untrusted X11 forwarding setup failed"},
		{"no X server", []string{"DISPLAY=:9999"}, []string{"-Y", "host", "xdpyinfo"}, "connect /tmp/.X11-unix/X9999: No such file or directory"},
		{"a bad DISPLAY", []string{"DISPLAY=:1;x"}, []string{"-Y", "host", "echo display $DISPLAY"}, `DISPLAY ":1;x" invalid`},
		{"trusted, over SSH", nil, []string{"-tt", "-Y", "host", info}, "localhost:N.0"},
		{"untrusted, over SSH", nil, []string{"-tt", "-X", "-o", untrusted, "host", info}, "localhost:N.0"},
		{"a wrong cookie, over SSH", nil, []string{"-tt", "-Y", "host", wrong}, "X11 connection rejected because of wrong authentication."},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := s.x11AsSSH(t, append(x.env[:len(x.env):len(x.env)], c.env...), c.args...)
			if !strings.Contains(got.out+got.err, c.out) {
				t.Errorf("%+v, want %q", got, c.out)
			}
		})
	}
	// ssh has the message too, but not if there were connections before.
	cmd := s.command(s.gmssh, "-X", "-o", untrusted, "-o", "ForwardX11Timeout=1", "host", "while xdpyinfo >/dev/null 2>&1; do :; done; echo refused")
	cmd.Env = append(cmd.Env, x.env...)
	if out, err := cmd.CombinedOutput(); err != nil || string(out) != "Rejected X11 connection after ForwardX11Timeout expired\nrefused\n" {
		t.Errorf("%v: %q after the timeout", err, out)
	}
	trusted := s.x11AsSSH(t, x.env, "-Y", "host", info)
	if got := s.x11AsSSH(t, x.env, "-X", "-o", untrusted, "host", info); got == trusted {
		t.Errorf("untrusted programs may do what trusted ones may: %+v", got)
	}
}

// TestX11Policy holds that gm obeys sshd, with ssh's message.
func TestX11Policy(t *testing.T) {
	t.Parallel()
	x := newXServer(t)
	for _, c := range []struct{ name, option, restriction string }{
		{"X11Forwarding no", "X11Forwarding no", ""},
		{"restrict", "X11Forwarding yes", "restrict "},
		{"no xauth", "X11Forwarding yes\nXAuthLocation /no/such", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSSHHost(t, strings.Split(c.option, "\n")...)
			defer s.sessions.ExpectNone(t, harness.Patience)
			keys := filepath.Join(s.Dir, "authorized_keys")
			sshboottest.WriteFile(t, keys, c.restriction+strings.TrimSpace(sshboottest.ReadFile(t, keys))+"\n", 0o600)
			got := s.x11AsSSH(t, x.env, "-Y", "host", "echo display $DISPLAY")
			if want := (result{0, "display\n", "X11 forwarding request failed on channel 0\n"}); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

// TestX11InSession has a window of the host's xterm survive a change of address. A client that
// enters the session from another X server has the next window there, on the same display.
func TestX11InSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{Options: []string{"X11Forwarding yes"}})
	first, second := newXServer(t), newXServer(t)
	args := []string{"--server=" + racing + " server", "-Y", "--name=work", "root@10.99.0.1"}
	x := s.shell(racing, first.env, args...)
	x.ExpectLine("$")
	x.Line("echo $DISPLAY; xterm -xrm '*allowSendEvents: true' -T one -e sh -c 'read a; echo $a >$HOME/typed; read b' 2>/dev/null &")
	x.ExpectLine("localhost:10.0")
	window := first.window("one")

	s.here.IP("addr flush dev cable")
	s.here.Address("cable", "10.99.0.50/24")
	typed := filepath.Join(s.Home, "typed")
	first.xdotool("type", "--window", window, "roamed\n")
	harness.Until(t, "the keys typed in the window", harness.Patience, func() bool {
		text, _ := os.ReadFile(typed)
		return string(text) == "roamed\n"
	}, nil)

	x.Type("\x1ed")
	x.ExpectEnd(harness.Patience)
	first.expectNoWindow("one")
	x = s.gm(racing, second.env, args...)
	x.Line("clear; xterm -T two -e sh -c 'echo $DISPLAY >$HOME/typed; read b' 2>/dev/null &")
	second.window("two")
	if text := sshboottest.ReadFile(t, typed); text != "localhost:10.0\n" {
		t.Errorf("DISPLAY is %q", text)
	}
	if len(first.xdotool("search", "--name", "^two$")) > 0 {
		t.Error("the window is on the first X server")
	}
	cookies := func() string {
		out, err := exec.Command("xauth", "-f", filepath.Join(s.Home, ".Xauthority"), "list").Output()
		if err != nil {
			t.Error(err)
		}
		return string(out)
	}
	if !strings.Contains(cookies(), "/unix:10") {
		t.Errorf("the cookies are %q", cookies())
	}
	x.Line("exit")
	s.expectClean(x)
	second.expectNoWindow("two")
	if text := cookies(); text != "" {
		t.Errorf("the cookies are %q after the session", text)
	}
}
