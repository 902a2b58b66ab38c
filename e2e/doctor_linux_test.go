//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// diagnosis is the output of gm doctor --json.
type diagnosis struct {
	OK                              bool
	Verdict, Cause, Advice, Command string
	Steps                           []struct{ Part, Name, State, Text, Printed, Cause string }
}

// doctor runs gm doctor with args on the user's machine, which has the files of home. It
// expects that the exit status agrees with the report.
func (h *host) doctor(env []string, args ...string) (d diagnosis) {
	h.t.Helper()
	words := slices.Concat(h.prefix, []string{plain, "doctor", "--json"}, args)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = slices.Concat(harness.Environment(h.t), []string{"HOME=" + h.home, h.clients.Env()}, env)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if jsonErr := json.Unmarshal(out, &d); jsonErr != nil {
		h.t.Fatalf("%v, %v: %s%s", err, jsonErr, out, errs.String())
	}
	exit, failed := errors.AsType[*exec.ExitError](err)
	if failed == d.OK || failed && exit.ExitCode() != 1 {
		h.t.Errorf("ok is %v, and gm ends with %v", d.OK, err)
	}
	if errs.Len() > 0 {
		h.t.Errorf("on standard error: %s", errs.String())
	}
	return d
}

// want expects a cause, in a step and as that of the verdict.
func (d diagnosis) want(t *testing.T, cause string, ok bool, verdict string) {
	t.Helper()
	if d.Cause != cause || d.OK != ok || !strings.Contains(d.Verdict, verdict) {
		t.Errorf("cause %q, ok %v: %s\nwant %q, %v: %s\n%+v", d.Cause, d.OK, d.Verdict, cause, ok, verdict, d.Steps)
	}
}

// files returns the paths of all files of the host's account.
func (h *host) files() string {
	h.t.Helper()
	out, err := exec.Command("find", h.Home).Output()
	if err != nil {
		h.t.Fatal(err)
	}
	return string(out)
}

// expectAsBefore expects that the account has the files that it had, and no program.
func (h *host) expectAsBefore(before string) {
	h.t.Helper()
	h.sessions.ExpectNone(h.t, harness.Patience)
	if after := h.files(); after != before {
		h.t.Errorf("left behind:\n%s\nbefore:\n%s", after, before)
	}
}

// TestDoctorFindsWhatLoginFilesDo has files that bash reads before each command.
func TestDoctorFindsWhatLoginFilesDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bashrc, cause string
		ok            bool
		verdict       string
	}{
		"a syntax error": {"if [ x; then\n", "shell-errors", true, "print errors"},
		"output":         {"echo 'Welcome to hal'\n", "shell-prints", true, "breaks rsync"},
		"an exit":        {"exit 3\n", "shell-ends", false, "a startup file"},
		"a question":     {"read -r answer </dev/tcp/127.0.0.1/PORT\n", "shell-hangs", false, "hangs before it runs a command"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			silent := listen(t)
			h := newHost(t, sshboottest.Config{Cache: sharedCache})
			text := strings.ReplaceAll(c.bashrc, "PORT", fmt.Sprint(silent.Addr().(*net.TCPAddr).Port))
			sshboottest.WriteFile(t, filepath.Join(h.Home, ".bashrc"), text, 0o600)
			before := h.files()
			d := h.doctor(nil, h.Destination())
			d.want(t, c.cause, c.ok, c.verdict)
			silent.Close() // which ends the shell
			h.expectAsBefore(before)
		})
	}
}

// listen returns a listener that accepts nothing: what is connected to it waits.
func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// TestDoctorInterrupted ends gm doctor by a signal while its server runs on the host, which goes
// with its files.
func TestDoctorInterrupted(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	before := h.files()
	cmd := exec.Command(plain, "doctor", "--nat=5m", h.Destination())
	cmd.Env = slices.Concat(harness.Environment(t), []string{"HOME=" + h.home, h.clients.Env()})
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		t.Fatal("gm does not start")
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "ok    server") {
	}
	if during := h.files(); !strings.Contains(during, "/.cache/gm/.new-") {
		t.Errorf("no server is there: %s", during)
	}
	cmd.Process.Signal(os.Interrupt)
	io.Copy(io.Discard, out)
	if cmd.Wait(); cmd.ProcessState.String() != "signal: interrupt" {
		t.Errorf("gm ends with %v", cmd.ProcessState)
	}
	h.expectAsBefore(before)
}

// TestDoctorInATerminal reads the report as a person does, after a question.
func TestDoctorInATerminal(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{Cache: sharedCache})
	sshboottest.WriteFile(t, filepath.Join(h.home, ".ssh", "known_hosts"), "", 0o600)
	x := h.gm(plain, nil, "doctor", h.Destination())
	x.Expect("Are you sure you want to continue connecting")
	x.Line("yes")
	x.Expect("Verdict: sessions on 127.0.0.1 work")
	if status := x.ExpectEnd(harness.Patience); status != 0 {
		t.Errorf("status %d", status)
	}
	for _, line := range []string{"On the host", "ok    shell", "ok    server", "UDP"} {
		x.Expect(line)
	}
}

// TestDoctorHere asks a terminal, and prints a report without one.
func TestDoctorHere(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{Cache: sharedCache})
	x := h.gm(plain, []string{"COLORTERM=truecolor"}, "doctor")
	x.Expect("Verdict: nothing here is in the way of gm")
	for _, line := range []string{"ok    terminal", "ok    colours      24 bits", "ok    keys         1 key is offered"} {
		x.Expect(line)
	}
	if status := x.ExpectEnd(harness.Patience); status != 0 {
		t.Errorf("status %d", status)
	}
	sshboottest.WriteFile(t, filepath.Join(h.home, ".ssh", "id_ed25519"), "no key", 0o600)
	h.doctor(nil).want(t, "key", true, "a key cannot be used")
	h.doctor([]string{"SSH_AUTH_SOCK=/nonexistent"}).want(t, "agent", true, "does not answer")
	h.doctor(agentOf(t, 8)).want(t, "key", true, "a key cannot be used")
}

// TestDoctorFindsWhatHomesLack has a home in which no server can be put.
func TestDoctorFindsWhatHomesLack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flags          uintptr
		options, cause string
		fills          bool
		verdict        string
	}{
		"a full disk":      {0, "size=64k", "disk-full", true, "is full"},
		"room for little":  {0, "size=1m", "disk-full", false, "no room"},
		"no programs":      {unix.MS_NOEXEC, "", "home-noexec", false, "mounted noexec"},
		"a read-only disk": {unix.MS_RDONLY, "", "home-closed", false, "cannot write to its home"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, sshboottest.Config{})
			if err := unix.Mount("none", h.Home, "tmpfs", c.flags, c.options); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := unix.Unmount(h.Home, unix.MNT_DETACH); err != nil {
					t.Error(err)
				}
			})
			if c.fills {
				exec.Command("dd", "if=/dev/zero", "of="+filepath.Join(h.Home, "all")).Run() // ends with the space
			}
			before := h.files()
			h.doctor(nil, h.Destination()).want(t, c.cause, true, c.verdict)
			h.expectAsBefore(before)
		})
	}
}

// TestDoctorFindsWhatStopsLogins has logins that fail before the account is reached.
func TestDoctorFindsWhatStopsLogins(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare        func(t *testing.T, h *host) (env []string, destination string)
		cause, verdict string
	}{
		"another host key": {func(t *testing.T, h *host) ([]string, string) {
			other := sshboottest.Keygen(t, filepath.Join(t.TempDir(), "key"), "-t", "ed25519")
			line := fmt.Sprintf("[127.0.0.1]:%d %s %s\n", h.Port, other.Type(), keyText(t, other.Marshal()))
			sshboottest.WriteFile(t, filepath.Join(h.home, ".ssh", "known_hosts"), line, 0o600)
			return nil, h.Destination()
		}, "host-key-changed", "another host key"},
		"an unknown host": {func(t *testing.T, h *host) ([]string, string) {
			sshboottest.WriteFile(t, filepath.Join(h.home, ".ssh", "known_hosts"), "", 0o600)
			return nil, h.Destination()
		}, "host-key-unknown", "is not known here"},
		"twenty keys": {func(t *testing.T, h *host) ([]string, string) {
			return agentOf(t, 20), h.Destination()
		}, "too-many-keys", "MaxAuthTries"},
		"no key": {func(t *testing.T, h *host) ([]string, string) {
			if err := os.Remove(filepath.Join(h.home, ".ssh", "id_ed25519")); err != nil {
				t.Fatal(err)
			}
			return nil, h.Destination()
		}, "login-refused", "does not let this account in"},
		"no such name": {func(*testing.T, *host) ([]string, string) {
			return nil, "no-such-host.invalid"
		}, "name", "has no address"},
		"no sshd": {func(t *testing.T, h *host) ([]string, string) {
			l := listen(t)
			defer l.Close()
			return nil, l.Addr().String()
		}, "tcp-refused", "no sshd listens"},
		"another service": {func(t *testing.T, h *host) ([]string, string) {
			l := listen(t)
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					conn.Write([]byte("220 mail.example.org ESMTP\r\n"))
					conn.Close()
				}
			}()
			return nil, l.Addr().String()
		}, "key-exchange", "is not an SSH server"},
		"a ProxyCommand": {func(t *testing.T, h *host) ([]string, string) {
			sshboottest.WriteFile(t, filepath.Join(h.home, ".ssh", "config"), "ProxyCommand false\n", 0o600)
			return nil, h.Destination()
		}, "proxy", "through the ProxyCommand fails"},
		"a jump host": {func(t *testing.T, h *host) ([]string, string) {
			l := listen(t)
			defer l.Close()
			sshboottest.WriteFile(t, filepath.Join(h.home, ".ssh", "config"), "Host inner\nHostName 127.0.0.1\nProxyJump "+h.Destination()+
				"\nPort "+fmt.Sprint(l.Addr().(*net.TCPAddr).Port)+"\n", 0o600)
			return nil, "inner"
		}, "proxy", "through the jump host 127.0.0.1 fails"},
		"an error in ssh_config": {func(t *testing.T, h *host) ([]string, string) {
			sshboottest.WriteFile(t, filepath.Join(h.home, ".ssh", "config"), "Host *\n\tProt 22\n", 0o600)
			return nil, h.Destination()
		}, "ssh-config", "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, sshboottest.Config{})
			env, destination := c.prepare(t, h)
			before := h.files()
			h.doctor(env, destination).want(t, c.cause, false, c.verdict)
			h.expectAsBefore(before)
		})
	}
}

func keyText(t *testing.T, key []byte) string {
	t.Helper()
	text, err := json.Marshal(key) // base64
	if err != nil {
		t.Fatal(err)
	}
	return strings.Trim(string(text), `"`)
}

// agentOf returns the variable of an agent with n keys.
func agentOf(t *testing.T, n int) []string {
	t.Helper()
	dir := t.TempDir()
	socket := filepath.Join(harness.TempDir(t), "agent")
	agent := exec.Command("ssh-agent", "-D", "-a", socket)
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		agent.Process.Kill()
		agent.Wait()
	})
	harness.Until(t, "the agent", harness.Patience, func() bool {
		_, err := os.Stat(socket)
		return err == nil
	}, nil)
	add := exec.Command("ssh-add")
	add.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
	for i := range n {
		path := filepath.Join(dir, fmt.Sprint("key", i))
		sshboottest.Keygen(t, path, "-t", "ed25519")
		add.Args = append(add.Args, path)
	}
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return []string{"SSH_AUTH_SOCK=" + socket}
}

// TestDoctorWithAnotherServer has a server in its configuration that cannot test UDP.
func TestDoctorWithAnotherServer(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	before := h.files()
	d := h.doctor(nil, "--server=mosh-server", "--nat=1s", h.Destination())
	d.want(t, "", true, "UDP works")
	h.expectAsBefore(before)
}
