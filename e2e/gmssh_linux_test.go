//go:build e2e

package e2e

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// sshHost is a host with its configuration in a file, which OpenSSH's programs and gm under
// the name gmssh read.
type sshHost struct {
	*host
	config string // the host is named host there
	gmssh  string // path of a link to gm
}

func newSSHHost(t *testing.T, options ...string) *sshHost {
	t.Helper()
	h := newHost(t, sshboottest.Config{Options: append(options, "Subsystem sftp internal-sftp"), Cache: sharedCache})
	dir := t.TempDir()
	s := &sshHost{host: h, config: filepath.Join(dir, "config"), gmssh: filepath.Join(dir, "gmssh")}
	text := fmt.Sprintf("Host host\nHostName 127.0.0.1\nPort %d\nUser %s\nIdentityFile %s/.ssh/id_ed25519\nIdentitiesOnly yes\nUserKnownHostsFile %s/.ssh/known_hosts\n",
		h.Port, h.User, h.home, h.home)
	sshboottest.WriteFile(t, s.config, text, 0o600)
	s.link(plain)
	return s
}

// deployed are the programs whose servers are in sharedCache.
var deployed struct{ racing, plain sync.Once }

// link has s.gmssh run the gm at path, whose server is on the host already.
func (s *sshHost) link(path string) {
	s.t.Helper()
	os.Remove(s.gmssh)
	if err := os.Symlink(path, s.gmssh); err != nil {
		s.t.Fatal(err)
	}
	once := &deployed.plain
	if path == racing {
		once = &deployed.racing
	}
	once.Do(func() {
		if got := s.run(s.gmssh, nil, "host", "true"); got.status != 0 {
			s.t.Fatalf("deploy the server: %+v", got)
		}
	})
}

// result is the end of a program and its output.
type result struct {
	status   int
	out, err string
}

// run runs a program with the configuration before its other arguments.
func (s *sshHost) run(program string, stdin io.Reader, args ...string) (r result) {
	s.t.Helper()
	cmd := s.command(program, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &out, &errs
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		s.t.Fatalf("%s: %v", program, err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), strings.ReplaceAll(errs.String(), "\r\n", "\n")} // ssh ends its messages with both
}

func (s *sshHost) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, append([]string{"-F", s.config}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+s.home, s.clients.Env(), "SSH_AUTH_SOCK=")
	return cmd
}

// sameAsSSH runs gmssh and ssh with the same arguments, and compares the results.
func (s *sshHost) sameAsSSH(t *testing.T, stdin string, args ...string) {
	t.Helper()
	want := s.run("ssh", strings.NewReader(stdin), args...)
	got := s.run(s.gmssh, strings.NewReader(stdin), args...)
	if got != want {
		t.Errorf("%q: %+v, ssh: %+v", args, got, want)
	}
}

func TestSSHExitStatus(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	for _, command := range []string{
		"exit 0", "exit 1", "exit 3", "exit 127", "exit 255", "kill -9 $$", "kill -TERM $$", "sh -c 'kill -9 $$'",
		"gm-no-such-program 2>/dev/null", "true", "false", "sleep 0; exit 7", "exec >&- 2>&-; exit 4",
	} {
		t.Run(command, func(t *testing.T) { s.sameAsSSH(t, "", "host", command) })
	}
}

func TestSSHStreams(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	s.link(racing)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	binary := strings.Repeat(string(all), 300)
	for _, c := range []struct {
		name, stdin string
		args        []string
	}{
		{"stderr apart", "", []string{"host", "echo out; echo err >&2; echo out2"}},
		{"stdin", "text\n", []string{"host", "cat"}},
		{"binary", binary, []string{"host", "cat"}},
		{"binary to stderr", binary, []string{"host", "cat >&2"}},
		{"both outputs", binary, []string{"host", "tee /dev/stderr"}},
		{"end of stdin", "", []string{"host", "cat; echo done"}},
		{"-n", "lost", []string{"-n", "host", "cat; echo done"}},
		{"StdinNull", "lost", []string{"-o", "StdinNull=yes", "host", "cat; echo done"}},
		{"words are joined", "", []string{"host", "echo", "a   b", "$((1+1))", "'c  d'"}},
		{"shell from stdin", "echo one; exit 5\n", []string{"-T", "host"}},
		{"options after the host", "", []string{"host", "-T", "--", "echo", "-n", "x"}},
		{"stdin after the end of stdout", "kept", []string{"host", "exec >&- 2>&-; cat > kept; exit 9"}},
		{"program that does not read", binary, []string{"host", "exit 6"}},
		{"RemoteCommand", "", []string{"-T", "-o", "RemoteCommand=echo %n %h", "host"}},
		{"LocalCommand", "in", []string{"-o", "PermitLocalCommand=yes", "-o", "LocalCommand=echo local %n %r; exit 3", "host", "cat"}},
		{"LocalCommand without permission", "", []string{"-o", "LocalCommand=echo local", "host", "true"}},
		{"SetEnv", "", []string{"-o", "SetEnv=LC_GM=x", "host", "echo $LC_GM"}},
		{"subsystem", "", []string{"-s", "host", "gm-no-such"}},
		{"-q", "", []string{"-q", "-o", "Port=1", "host", "true"}},
		{"forced terminal", "", []string{"-tt", "-q", "host", "tty >/dev/null && echo tty; stty size"}},
		{"unforced terminal", "", []string{"-t", "host", "tty; echo $?"}},
		{"program after its forwarding", binary, []string{"-q", "-R", "/tmp/gm-test-HOST:localhost:1", "host", "test -S /tmp/gm-test-HOST && echo there; cat >&2; rm /tmp/gm-test-HOST; exit 7"}},
		{"killed beside a forwarding", "", []string{"-q", "-R", "0:localhost:1", "host", "kill -9 $$"}},
		{"-W that fails", "", []string{"-W", "127.0.0.1:1", "host"}},
	} {
		t.Run(c.name, func(t *testing.T) { s.sameAsSSH(t, c.stdin, c.args...) })
	}
}

// TestSSHTransfer carries 32 MB each way, byte for byte.
func TestSSHTransfer(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	const size = 32 << 20
	random := func() io.Reader { return io.LimitReader(rand.NewChaCha8([32]byte{1}), size) }
	sum := sha256.New()
	io.Copy(sum, random())
	want := fmt.Sprintf("%x", sum.Sum(nil))

	up := s.command(s.gmssh, "host", "sha256sum")
	up.Stdin = random()
	if out, err := up.Output(); err != nil || !strings.HasPrefix(string(out), want) {
		t.Errorf("up: %s, %v, want %s", out, err, want)
	}
	down := s.command(s.gmssh, "host", "cat")
	down.Stdin = random()
	sum.Reset()
	down.Stdout = sum
	if err := down.Run(); err != nil || fmt.Sprintf("%x", sum.Sum(nil)) != want {
		t.Errorf("up and down: %x, %v, want %s", sum.Sum(nil), err, want)
	}
}

// A program whose output nothing reads any more ends, on both sides.
func TestSSHBrokenPipe(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	s.link(racing)
	cmd := s.command(s.gmssh, "host", "yes")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 100)); err != nil {
		t.Error(err)
	}
	out.Close()
	cmd.Wait()
	if status := cmd.ProcessState.ExitCode(); status != 255 {
		t.Errorf("status %d, want 255 as ssh's", status)
	}
	s.sessions.ExpectNone(t, harness.Patience)
}

// A signal ends gmssh with the status 255, and the connection with it.
func TestSSHSignal(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	s.link(racing)
	for _, c := range []struct {
		name   string
		signal unix.Signal
		args   []string
	}{
		{"TERM", unix.SIGTERM, []string{"host", "echo begun; exec cat"}},
		{"INT", unix.SIGINT, []string{"host", "echo begun; exec cat"}},
		{"HUP", unix.SIGHUP, []string{"host", "echo begun; exec cat"}},
		{"TERM with a forwarding", unix.SIGTERM, []string{"-R", "0:localhost:1", "host", "echo begun; exec cat"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := s.command(s.gmssh, c.args...)
			in, _ := cmd.StdinPipe()
			defer in.Close()
			out, err := cmd.StdoutPipe()
			if err == nil {
				err = cmd.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			io.ReadFull(out, make([]byte, len("begun\n")))
			cmd.Process.Signal(c.signal)
			cmd.Wait()
			if status := cmd.ProcessState.ExitCode(); status != 255 {
				t.Errorf("status %d", status)
			}
		})
	}
}

// gmssh -N lasts as long as the connection.
func TestSSHWithoutProgram(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	cmd := s.command(s.gmssh, "-v", "-N", "host")
	errs, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	for b := make([]byte, 1000); !bytes.Contains(text, []byte("logged in")); {
		n, err := errs.Read(b)
		if text = append(text, b[:n]...); err != nil {
			t.Fatalf("%v after %s", err, text)
		}
	}
	s.Drop()
	rest, _ := io.ReadAll(errs)
	cmd.Wait()
	if status := cmd.ProcessState.ExitCode(); status != 255 || !strings.Contains(string(rest), "Connection to 127.0.0.1 closed by remote host.") {
		t.Errorf("status %d, %s", status, rest)
	}
}

// gmssh -f returns when the login has succeeded, and with the status of a login that has
// failed.
func TestSSHInBackground(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	mark := filepath.Join(t.TempDir(), "mark")
	fifo := mark + ".fifo"
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	// The output is a file, because a pipe would end with the program in the background.
	cmd := s.command(s.gmssh, "-f", "host", "read x < "+fifo+"; cat > "+mark+".part; mv "+mark+".part "+mark)
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("the program has ended before")
	}
	sshboottest.WriteFile(t, fifo, "go\n", 0o600)
	harness.Until(t, "the program", harness.Patience, func() bool { _, err := os.Stat(mark); return err == nil }, nil)
	if text := sshboottest.ReadFile(t, mark); text != "" {
		t.Errorf("the program has read %q", text)
	}
	s.clients.ExpectNone(t, harness.Patience)
	if got := s.run(s.gmssh, nil, "-f", "-o", "Port=1", "host", "true"); got.status != 255 {
		t.Errorf("a login that fails: %+v", got)
	}
	if err := s.command(s.gmssh, "-fN", "host").Run(); err != nil {
		t.Fatal(err)
	}
	if len(s.clients.Processes()) != 1 {
		t.Errorf("programs in the background: %v", s.clients.Processes())
	}
	s.Drop()
	s.clients.ExpectNone(t, harness.Patience)
}

// gmssh -W connects its streams to a port that the host reaches.
func TestSSHStdioForward(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	s.link(racing)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				text, _ := io.ReadAll(conn) // until the half close
				fmt.Fprintf(conn, "heard %s", text)
				conn.Close()
			}()
		}
	}()
	s.sameAsSSH(t, "hello", "-W", l.Addr().String(), "host")
	through := fmt.Sprintf("ProxyCommand=%s -F %s -W %%h:%%p host", s.gmssh, s.config)
	for _, program := range []string{"ssh", s.gmssh} {
		if got := s.run(program, strings.NewReader("in"), "-o", through, "host", "cat"); got != (result{0, "in", ""}) {
			t.Errorf("%s through gmssh -W: %+v", program, got)
		}
	}
}

// A command of gm whose input or output is no terminal runs as by ssh.
func TestCommandWithoutTerminal(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	s.link(racing)
	got := s.run(racing, strings.NewReader("in\n"), "host", "--", "sh", "-c", `cat; echo "$1" >&2; exit 3`, "sh", "a  b")
	if want := (result{3, "in\n", "a  b\n"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// With a terminal, gmssh is a session of gm.
func TestSSHSession(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	x := s.gm(s.gmssh, nil, append([]string{"-F", s.config, "host"}, `exec env 'PS1=$ ' bash --norc --noprofile`)...)
	x.ExpectLine("$")
	x.Line(`test -n "$GM_SESSION" && echo in a ses''sion; echo "$SSH_CONNECTION" | wc -w`)
	x.ExpectLine("in a session")
	x.Line("exit 7")
	if status := x.ExpectEnd(harness.Patience); status != 7 {
		t.Errorf("status %d\n%s", status, harness.Frame(x.Screen()))
	}
	x = s.gm(s.gmssh, nil, "-F", s.config, "-p", "1", "host")
	if status := x.ExpectEnd(harness.Patience); status != 255 || !x.Screen().Has("connection refused") {
		t.Errorf("status %d without a host\n%s", status, harness.Frame(x.Screen()))
	}
}

// What sshd forbids fails as with ssh, and what its host cannot run in gm's session runs over
// SSH.
func TestSSHPolicy(t *testing.T) {
	t.Parallel()
	newSSHHost(t) // deploys the server, which some of the others cannot
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveEcho(t, l)
	listener := l.Addr().String()
	_, port, _ := net.SplitHostPort(listener)
	socket, err := net.Listen("unix", filepath.Join(harness.TempDir(t), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	serveEcho(t, socket)
	path := socket.Addr().String()
	for _, c := range []struct {
		name    string
		options []string
		stdin   string
		args    []string
	}{
		{"AllowTcpForwarding no", []string{"AllowTcpForwarding no"}, "in", []string{"-W", listener, "host"}},
		{"AllowTcpForwarding remote", []string{"AllowTcpForwarding remote"}, "in", []string{"-W", listener, "host"}},
		{"another target", []string{"PermitOpen 127.0.0.1:1"}, "in", []string{"-W", listener, "host"}},
		{"this target", []string{"PermitOpen 127.0.0.1:" + port}, "in", []string{"-W", listener, "host"}},
		{"any port of this host", []string{"PermitOpen 127.0.0.1:*"}, "in", []string{"-W", listener, "host"}},
		{"unknown host", nil, "in", []string{"-W", "no.invalid:1", "host"}},
		{"restricted shell", []string{"ForceCommand exit 1"}, "in", []string{"-W", listener, "host"}},
		{"subsystem of another program", []string{"Subsystem echo /bin/cat"}, "in", []string{"-s", "host", "echo"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			newSSHHost(t, c.options...).sameAsSSH(t, c.stdin, c.args...)
		})
	}
	t.Run("ForceCommand of sftp", func(t *testing.T) {
		t.Parallel()
		s := newSSHHost(t, "ForceCommand internal-sftp")
		var results []result
		for _, program := range []string{"/usr/bin/ssh", s.gmssh} {
			results = append(results, s.run("sftp", strings.NewReader("pwd\n"), "-S", program, "-b", "-", "host"))
		}
		if ssh, gmssh := results[0], results[1]; gmssh != ssh || !strings.Contains(ssh.out, "Remote working directory: ") {
			t.Errorf("%+v, ssh: %+v", gmssh, ssh)
		}
	})
	// ssh 9.2 does nothing with a path.
	for _, c := range []struct {
		option, path string
		want         result
	}{
		{"AllowStreamLocalForwarding no", path, result{255, "", "channel 0: open failed: connect failed: open failed\nstdio forwarding failed\n"}},
		{"AllowStreamLocalForwarding yes", path + ".no", result{255, "", "channel 0: open failed: connect failed: open failed\nstdio forwarding failed\n"}},
		{"AllowStreamLocalForwarding local", path, result{0, "in", ""}},
	} {
		s := newSSHHost(t, c.option)
		if got := s.run(s.gmssh, strings.NewReader("in"), "-W", c.path, "host"); got != c.want {
			t.Errorf("%s: %+v", c.option, got)
		}
	}
}
