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
	"os/user"
	"path/filepath"
	"strings"
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
	h := newHost(t, sshboottest.Config{Options: append(options, "Subsystem sftp internal-sftp")})
	dir := t.TempDir()
	s := &sshHost{host: h, config: filepath.Join(dir, "config"), gmssh: filepath.Join(dir, "gmssh")}
	s.link(racing)
	text := fmt.Sprintf("Host host\nHostName 127.0.0.1\nPort %d\nUser %s\nIdentityFile %s/.ssh/id_ed25519\nIdentitiesOnly yes\nUserKnownHostsFile %s/.ssh/known_hosts\n",
		h.Port, h.User, h.home, h.home)
	sshboottest.WriteFile(t, s.config, text, 0o600)
	return s
}

// link has s.gmssh run the gm at path.
func (s *sshHost) link(path string) {
	s.t.Helper()
	os.Remove(s.gmssh)
	if err := os.Symlink(path, s.gmssh); err != nil {
		s.t.Fatal(err)
	}
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
	s := newSSHHost(t)
	for _, command := range []string{
		"exit 0", "exit 1", "exit 3", "exit 127", "exit 255", "kill -9 $$", "kill -TERM $$", "sh -c 'kill -9 $$'",
		"gm-no-such-program 2>/dev/null", "true", "false", "sleep 0; exit 7", "exec >&- 2>&-; exit 4",
	} {
		t.Run(command, func(t *testing.T) { s.sameAsSSH(t, "", "host", command) })
	}
}

func TestSSHStreams(t *testing.T) {
	s := newSSHHost(t)
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
		{"-W that fails", "", []string{"-W", "127.0.0.1:1", "host"}},
	} {
		t.Run(c.name, func(t *testing.T) { s.sameAsSSH(t, c.stdin, c.args...) })
	}
}

// TestSSHTransfer carries 100 MB each way, byte for byte.
func TestSSHTransfer(t *testing.T) {
	s := newSSHHost(t)
	s.link(plain)
	const size = 100 << 20
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
	s := newSSHHost(t)
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
	s := newSSHHost(t)
	for _, c := range []struct {
		name   string
		signal unix.Signal
		args   []string
	}{
		{"TERM", unix.SIGTERM, []string{"host", "echo begun; exec cat"}},
		{"INT", unix.SIGINT, []string{"host", "echo begun; exec cat"}},
		{"HUP", unix.SIGHUP, []string{"host", "echo begun; exec cat"}},
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
	s := newSSHHost(t)
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
	if got := s.run(s.gmssh, nil, "host", "true"); got.status != 0 { // the upload may take long enough for a notice
		t.Fatalf("%+v", got)
	}
	through := fmt.Sprintf("ProxyCommand=%s -F %s -W %%h:%%p host", s.gmssh, s.config)
	for _, program := range []string{"ssh", s.gmssh} {
		if got := s.run(program, strings.NewReader("in"), "-o", through, "host", "cat"); got != (result{0, "in", ""}) {
			t.Errorf("%s through gmssh -W: %+v", program, got)
		}
	}
}

// OpenSSH's own programs, rsync and git run gmssh in place of ssh.
func TestProgramsOverGMSSH(t *testing.T) {
	s := newSSHHost(t)
	s.link(plain)
	work := t.TempDir()
	here, there := filepath.Join(work, "here"), filepath.Join(s.Home, "there")
	random := rand.New(rand.NewChaCha8([32]byte{2}))
	for i := range 300 {
		text := make([]byte, random.IntN(20000))
		for j := range text {
			text[j] = byte(random.Uint32())
		}
		sshboottest.WriteFile(t, filepath.Join(here, fmt.Sprint(i%7), fmt.Sprintf("file %d", i)), string(text), 0o600)
	}
	remoteShell := s.gmssh + " -F " + s.config
	env := append(os.Environ(), "HOME="+s.home, "SSH_AUTH_SOCK=", "GIT_SSH_COMMAND="+remoteShell, "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	do := func(t *testing.T, dir string, words ...string) {
		t.Helper()
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir, cmd.Env = dir, env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v: %s", words, err, out)
		}
	}
	do(t, work, "mkdir", there)
	same := func(t *testing.T, a, b string) { t.Helper(); do(t, work, "diff", "-r", "--exclude=.git", a, b) }
	t.Run("rsync", func(t *testing.T) {
		do(t, work, "rsync", "-a", "-e", remoteShell, here+"/", "host:"+there+"/rsync/")
		same(t, here, there+"/rsync")
		do(t, work, "rsync", "-az", "-e", remoteShell, "host:"+there+"/rsync/", work+"/rsync/")
		same(t, here, work+"/rsync")
	})
	t.Run("scp", func(t *testing.T) {
		do(t, work, "scp", "-q", "-r", "-S", s.gmssh, "-F", s.config, here, "host:"+there+"/scp")
		same(t, here, there+"/scp")
		do(t, work, "scp", "-q", "-O", "-r", "-S", s.gmssh, "-F", s.config, "host:"+there+"/scp", work+"/scp")
		same(t, here, work+"/scp")
	})
	t.Run("sftp", func(t *testing.T) {
		sshboottest.WriteFile(t, work+"/batch", "mkdir "+there+"/sftp\nput -r "+here+" "+there+"/sftp\nget -r "+there+"/sftp/here "+work+"/sftp\n", 0o600)
		do(t, work, "sftp", "-q", "-S", s.gmssh, "-F", s.config, "-b", work+"/batch", "host")
		same(t, here, work+"/sftp")
	})
	t.Run("git", func(t *testing.T) {
		do(t, work, "git", "init", "-q", "--bare", there+"/repo.git")
		do(t, here, "git", "init", "-q", "-b", "main")
		do(t, here, "git", "add", ".")
		do(t, here, "git", "commit", "-q", "-m", "all")
		do(t, here, "git", "push", "-q", "host:"+there+"/repo.git", "main")
		do(t, work, "git", "clone", "-q", "-b", "main", "ssh://host"+there+"/repo.git", "clone")
		same(t, here, work+"/clone")
	})
}

// ssh-copy-id runs gm in place of ssh by its name.
func TestCopyIDOverSSHName(t *testing.T) {
	s := newSSHHost(t)
	bin := t.TempDir()
	if err := os.Symlink(racing, filepath.Join(bin, "ssh")); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "key")
	sshboottest.Keygen(t, key, "-t", "ed25519")
	cmd := exec.Command("ssh-copy-id", "-f", "-i", key+".pub", "host") // -f: the login with the old key counts as one with the new
	cmd.Env = append(os.Environ(), "HOME="+s.home, "SSH_AUTH_SOCK=", "PATH="+bin+":"+os.Getenv("PATH"))
	sshboottest.WriteFile(t, filepath.Join(s.home, ".ssh", "config"), sshboottest.ReadFile(t, s.config), 0o600)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Number of key(s) added: 1") {
		t.Fatalf("%v: %s", err, out)
	}
	want := strings.TrimSpace(sshboottest.ReadFile(t, key+".pub"))
	if got := sshboottest.ReadFile(t, filepath.Join(s.Home, ".ssh", "authorized_keys")); !strings.Contains(got, want) {
		t.Errorf("authorized keys %q, want %q", got, want)
	}
}

// A command of gm whose input or output is no terminal runs as by ssh.
func TestCommandWithoutTerminal(t *testing.T) {
	s := newSSHHost(t)
	got := s.run(racing, strings.NewReader("in\n"), "host", "--", "sh", "-c", `cat; echo "$1" >&2; exit 3`, "sh", "a  b")
	if want := (result{3, "in\n", "a  b\n"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// With a terminal, gmssh is a session of gm.
func TestSSHSession(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	s.link(plain)
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

// Errors of a login have ssh's words for it, in which programs look for the cause.
func TestSSHLoginErrors(t *testing.T) {
	s := newSSHHost(t)
	empty, key := filepath.Join(t.TempDir(), "known"), filepath.Join(t.TempDir(), "key")
	sshboottest.WriteFile(t, empty, "", 0o600)
	sshboottest.Keygen(t, key, "-t", "ed25519")
	for want, args := range map[string][]string{
		"ssh: connect to host 127.0.0.1 port 1: Connection refused": {"-p", "1", "host"},
		"ssh: Could not resolve hostname gm.invalid: ":              {"gm.invalid"},
		": Permission denied (publickey)":                           {"-o", "IdentityFile=none", "-o", "IdentityAgent=none", "-F", "none", "-o", "UserKnownHostsFile=" + s.home + "/.ssh/known_hosts", "-o", "BatchMode=yes", "-i", key, "-p", fmt.Sprint(s.Port), "127.0.0.1"},
		"Host key verification failed.":                             {"-o", "UserKnownHostsFile=" + empty, "-o", "GlobalKnownHostsFile=none", "-o", "StrictHostKeyChecking=yes", "host"},
	} {
		t.Run(want, func(t *testing.T) {
			for _, program := range []string{s.gmssh, "ssh"} {
				if got := s.run(program, nil, append(args, "true")...); got.status != 255 || !strings.Contains(got.err, want) {
					t.Errorf("%s: %+v", program, got)
				}
			}
		})
	}
}

// gmArgs are the arguments of TestPrintedConfigIsThatOfSSH.
var gmArgs = []string{
	"host", "-p 2222 -l me host", "you@host", "ssh://you@host:44", "-4 host", "-6 -4 host", "-A host", "-X host", "-a -x host", "-C host",
	"-e none host", "-e ^B host", "-f host true", "-f -N host", "-g host", "-k host", "-K host", "-M host", "-MM host", "-n host", "-N host",
	"-s host x", "-T host", "-t host", "-tt host", "-t -T host", "-q host", "-v host", "-vv host", "-vvvv host", "-y host", "-S none host", "-S /x/%h-%p host",
	"-I lib host", "-w 1:2 host", "-w any host", "-L 80:a:90 host", "-L /x:a:90 host", "-L *:1:a:2 host", "-L :1:a:2 host", "-L [::1]:80:[::2]:90 host",
	"-R 80 host", "-R a:80 host", "-R 80:b:9 host", "-R /s:/t host", "-R 0:b:9 host", "-D 80 host", "-D a:80 host", "-D [::1]:80 host", "-W a:80 host",
	"-L 80:a:90 -L 80:a:90 host", "-D 7 -L 8:a:9 -R 7:b:8 host", "-o ForwardAgent=no -A host", "-o PermitRemoteOpen=none host", "-o IPQoS=ef host",
	"-o RekeyLimit=1G host", "-o StreamLocalBindMask=077 host", "-o ControlPersist=5m host", "-o Tunnel=yes host", "-o TunnelDevice=1:any host",
	"-o ClearAllForwardings=yes -L 1:b:2 host", "-o ExitOnForwardFailure=yes -g host", "-J a,b host", "-o ProxyCommand=none host", "-l u x@host",
	"host a -v", "host -v a", "-- host -v", "-o Port=1 -p 2 host", "-p 2 -o Port=1 host", "-b 127.0.0.1 -b 127.0.0.2 host", "-B lo host",
	"-o EscapeChar=none -e x host", "-o LogLevel=ERROR -v host", "-o SessionType=none host", "-o RequestTTY=force -T host", "-o LocalCommand=date host",
	"-o ControlMaster=auto -o ControlPath=/tmp/%C -o ControlPersist=60s host", "-o ForwardX11Timeout=1h -Y host", "-i /etc/passwd host",
}

// notCompared are the keywords of ssh -G that gm prints otherwise or not at all.
var notCompared = map[string]string{
	"ciphers":                     "gm's own list and order",
	"kexalgorithms":               "gm's own list and order",
	"macs":                        "gm's own list and order",
	"hostkeyalgorithms":           "gm's own list and order",
	"casignaturealgorithms":       "gm's own list and order",
	"pubkeyacceptedalgorithms":    "gm's own list and order",
	"hostbasedacceptedalgorithms": "gm has no host-based login",
	"gssapikexalgorithms":         "Debian's patch; gm has no GSSAPI",
	"forwardx11trusted":           "Debian's patch; OpenSSH's default is no",
	"securitykeyprovider":         "ssh prints its built-in one",
	"identityfile":                "the defaults depend on the version of ssh",
}

// printedLines returns the lines of ssh -G that are compared.
func printedLines(text string) (lines []string) {
	for line := range strings.Lines(text) {
		keyword, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if _, not := notCompared[keyword]; !not || keyword == "identityfile" && !strings.HasPrefix(value, "~/.ssh/id_") {
			lines = append(lines, keyword+" "+value)
		}
	}
	return lines
}

func TestPrintedConfigIsThatOfSSH(t *testing.T) {
	s := newSSHHost(t)
	for _, args := range gmArgs {
		t.Run(args, func(t *testing.T) { s.samePrinted(t, strings.Fields(args)...) })
	}
}

// Each file of the corpus is printed for the hosts in its first line.
func TestPrintedCorpusIsThatOfSSH(t *testing.T) {
	s := newSSHHost(t)
	files, err := filepath.Glob("../sshboot/sshconfig/testdata/config/*.conf")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text := sshboottest.ReadFile(t, file)
			dir := t.TempDir()
			sshboottest.WriteFile(t, filepath.Join(dir, "included"), "User included\nHost inner\nPort 77\n", 0o600)
			sshboottest.WriteFile(t, filepath.Join(dir, "config"), strings.ReplaceAll(text, "@DIR@", dir), 0o600)
			first, _, _ := strings.Cut(text, "\n")
			for _, host := range strings.Fields(strings.TrimPrefix(first, "# hosts:")) {
				s.samePrinted(t, "-F", filepath.Join(dir, "config"), host)
			}
		})
	}
}

// samePrinted compares the configurations that gmssh and ssh print, line by line.
func (s *sshHost) samePrinted(t *testing.T, args ...string) {
	t.Helper()
	me, err := user.Current() // ssh uses the account's home
	if err != nil {
		t.Fatal(err)
	}
	s.home = me.HomeDir
	words := append([]string{"-G"}, args...)
	want, got := s.run("ssh", nil, words...), s.run(s.gmssh, nil, words...)
	theirs, ours := printedLines(want.out), printedLines(got.out)
	if got.status != want.status {
		t.Errorf("%q: status %d, ssh: %d\n%s%s", args, got.status, want.status, got.err, want.err)
	}
	for i := range max(len(ours), len(theirs)) {
		var a, b string
		if i < len(ours) {
			a = ours[i]
		}
		if i < len(theirs) {
			b = theirs[i]
		}
		if a != b {
			t.Errorf("%q: line %d is %q, ssh: %q", args, i, a, b)
			return
		}
	}
}

// Errors of the command line are those of ssh, but for the usage.
func TestCommandLineErrorsAreThoseOfSSH(t *testing.T) {
	s := newSSHHost(t)
	for _, args := range []string{
		"-N -s host", "-s -N host x", "-s host", "-J a -J b host", "-o ProxyCommand=x -J b host", "-c foo host", "-m foo host", "-p 0 host", "-p x host",
		"-e xx host", "-W a host", "-W a:1 -W b:2 host", "-O foo host", "-O check -O exit host", "-O check -W a:1 host", "-Q foo", "-1 host", "-L", "-L foo host",
		"-R foo host", "-D foo host", "-w x host", "-9 host", "--foo host", "@h", "ssh://", "-f host", "-l a;b host", "a;b", "-o Foo=1 host", "-o ControlPersist",
		"-o Port=x host", "-J a:b host", "-E /nonexistent/x host", "-o RemoteCommand=x host y", "-- -x", "-O forward host", "-S /tmp/gm-none -O check host", "-Q protocol-version",
		"-o SessionType=x host", "-o LocalForward=1 host", "",
	} {
		t.Run(args, func(t *testing.T) {
			want, got := s.run("ssh", nil, strings.Fields(args)...), s.run(s.gmssh, nil, strings.Fields(args)...)
			cut := func(text string) string {
				text, _, _ = strings.Cut(text, "usage: ")
				return strings.ReplaceAll(text, "Pseudo-terminal will not be allocated because stdin is not a terminal.\n", "")
			}
			if got.status != want.status || got.out != want.out || cut(got.err) != cut(want.err) {
				t.Errorf("%+v, ssh: %+v", got, want)
			}
		})
	}
}
